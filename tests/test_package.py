"""The engine as a package: what a wheel holds, and cities that are built with it."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
from datetime import UTC
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import click
import yaml
from installed import Installed
from packaging.requirements import Requirement
from sites import NOW, REPOSITORY, Site

from almanac import __version__
from almanac.cli.app import main

HAN = re.compile(r"[\u3400-\u9fff]")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(name: str) -> dict[str, str]:
    """The versions in a file of `requirements/`, by their names."""
    content = (REPOSITORY / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", content, re.MULTILINE))


def test_a_wheel_holds_the_engine_its_themes_and_compiled_messages(installed: Installed) -> None:
    with ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())
        written = {entry.date_time for entry in wheel.infolist()}
        said = Parser().parsestr(wheel.read(f"almanac_kepu-{__version__}.dist-info/METADATA").decode())
    assert (said["Name"], said["Version"], said["License-Expression"]) == ("almanac-kepu", __version__, "MIT")
    assert len(written) == 1, "the moment of SOURCE_DATE_EPOCH"
    held = {Path(name).relative_to("almanac") for name in names if name.startswith("almanac/")}
    for folder, prefix in ((REPOSITORY / "almanac", ""), (REPOSITORY / "themes", "themes")):
        for file in folder.rglob("*"):
            if file.is_file() and file.suffix not in {".mo", ".new", ".pyc"}:
                assert Path(prefix) / file.relative_to(folder) in held, file
    compiled = {path.parent / path.name.split(".")[0] for path in held if path.suffix == ".mo"}
    assert compiled == {path.with_suffix("") for path in held if path.suffix == ".po"}
    assert {name.split("/")[0] for name in names} == {"almanac", f"almanac_kepu-{__version__}.dist-info"}


def test_a_source_distribution_holds_no_content(installed: Installed) -> None:
    (file,) = installed.distributions.glob("*.tar.gz")
    with tarfile.open(file) as opened:
        folders = {Path(name).parts[1] for name in opened.getnames() if len(Path(name).parts) > 2}
    assert folders == {".githooks", "almanac", "scripts", "themes"}


def test_what_the_package_asks_for_is_what_the_tests_run_with() -> None:
    wanted = {Requirement(line).name: Requirement(line) for line in PROJECT["project"]["dependencies"]}
    versions = pinned("site.txt")
    assert [name for name, one in wanted.items() if versions[name] not in one.specifier] == []
    extra = {Requirement(line).name: Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["cards"]}
    versions |= pinned("cards.txt")
    assert [name for name, one in extra.items() if versions[name] not in one.specifier] == []
    assert pinned("cards.txt").items() <= pinned("dev.txt").items()
    building = {Requirement(line).name: Requirement(line) for line in PROJECT["build-system"]["requires"]}
    versions |= pinned("dev.txt")
    assert [name for name, one in building.items() if str(one.specifier) != f"=={versions[name]}"] == []


def test_the_command_says_its_version_and_its_own_name(installed: Installed, site: Site) -> None:
    assert installed.run("--version", root=site.root).stdout == f"almanac, version {__version__}\n"
    written = installed.run("new", "lectures", "Clouds", "--start", "2027-03-20 14:00", root=site.root)
    assert "Then view the page: almanac serve" in written.stderr


def test_a_shell_completes_verbs_options_and_choices(installed: Installed, tmp_path: Path) -> None:
    def completed(words: str) -> set[str]:
        place = str(len(words.split(" ")) - 1)
        asked = {"_ALMANAC_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": place}
        return {line.partition(",")[2] for line in installed.run(root=tmp_path, environment=asked).stdout.splitlines()}

    assert completed("almanac bu") == {"build"}
    assert {"--clean", "--cache"} <= completed("almanac build --c")
    assert completed("almanac check --format ") >= {"text", "json", "github"}
    for shell in ("bash", "zsh", "fish"):
        assert (
            "_ALMANAC_COMPLETE"
            in installed.run(root=tmp_path, environment={"_ALMANAC_COMPLETE": f"{shell}_source"}).stdout
        )


def test_source_date_epoch_is_the_moment_of_a_build(installed: Installed, site: Site) -> None:
    installed.run("build", root=site.root, environment={"SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))})
    at_epoch = site.files()
    installed.run("build", "--clean", "--now", NOW.astimezone(UTC).isoformat(), root=site.root)
    assert site.files() == at_epoch
    later = str(int(NOW.timestamp()) + 400 * 86400)
    installed.run("build", "--allow-removals", root=site.root, environment={"SOURCE_DATE_EPOCH": later})
    assert site.files() != at_epoch


def test_pre_commit_finds_the_hook() -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, verb = hook["entry"].split()
    assert (program in PROJECT["project"]["scripts"], hook["language"]) == (True, "python")
    assert verb in main.list_commands(click.Context(main))
    watched = re.compile(hook["files"])
    assert [path for path in ("config.yaml", "content/events/a.md", "README.md") if watched.search(path)] == [
        "config.yaml",
        "content/events/a.md",
    ]


def test_an_english_city_with_summer_time(installed: Installed, site: Site) -> None:
    site.write(
        "config.yaml",
        "title: Science in Tampere\nbase_url: https://tiede.example.fi/\nlanguage: en\ntimezone: Europe/Helsinki\n"
        "registries: open\ndistricts: {keskusta: Keskusta}\n",
    )
    for file in (site.root / "content").rglob("*.md"):
        file.unlink()
    for name, start in (("winter", "2027-03-27 14:00"), ("summer", "2027-03-28 14:00")):
        site.event(name, "Bring a torch.", title=f"Stars in {name}", start=start, theme="sky", district="keskusta")
    installed.run("build", "--now", "2027-03-26T09:00", root=site.root)
    assert "Stars in winter" in site.page("/")
    assert "DTSTART;TZID=Europe/Helsinki:20270328T140000" in site.feed("/feeds/all.ics")
    assert "TZOFFSETTO:+0300" in site.feed("/feeds/all.ics"), "summer time"
    site.edit("config.yaml", "language: en", "language: fi")
    told = installed.run("build", "--now", "2027-03-26T09:00", root=site.root, environment={"ALMANAC_LANG": ""})
    assert "kirjoitettu" in told.stderr, "the command speaks as the site does"
    assert "lauantaina 27. maaliskuuta 2027 klo 14.00" in site.page("/events/winter/")
    assert '"startDate":"2027-03-27T14:00:00+02:00"' in site.page("/events/winter/")
    assert '"startDate":"2027-03-28T14:00:00+03:00"' in site.page("/events/summer/")
    chinese = {file.name for file in site.output.rglob("*.html") if HAN.search(file.read_text(encoding="utf-8"))}
    assert chinese == set()


def test_a_village_without_registries(installed: Installed, tmp_path: Path) -> None:
    village = Site(tmp_path)
    village.write("config.yaml", "title: 柳村科普\nbase_url: https://example.org/liucun/\nregistries: open\n")
    village.event("tea", title="采茶讲座", theme="茶", organiser="柳村村委会", venue="村口大树下")
    done = installed.run("build", "--now", NOW.isoformat(), root=tmp_path)
    assert "written" in done.stderr
    assert "采茶讲座" in village.page("/")
    assert "SUMMARY:采茶讲座" in village.feed("/feeds/all.ics")
    assert not list((tmp_path / "content").rglob("*茶*")), "a build makes no registries"


def test_compiling_messages_needs_only_what_the_project_names_for_building() -> None:
    code = "import sys, babel.messages.mofile, scripts.compile_messages; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    owners = packages_distributions()
    imported = {owner.lower() for module in done.stdout.split() for owner in owners.get(module, ())}
    for_running, for_building = (
        {Requirement(line).name for line in lines}
        for lines in (PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"])
    )
    assert imported & for_running == for_building - {"hatchling"}
