"""The recipes for hosts: linted by the hosts' schemas and linters, and their commands run here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from sites import REPOSITORY, Site
from test_recipes import TALK, kept, run

__all__ = ["kept"]  # a fixture

DEPLOY, RECIPES = REPOSITORY / "deploy", REPOSITORY / "docs/recipes"
BIN = Path(sys.executable).parent
PAGES = ("deployment.zh-CN.md", "deployment.md")


def lint(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pipelines_and_forms_fit_the_schemas_of_their_forges() -> None:
    schema = "--builtin-schema"
    lint(BIN / "check-jsonschema", schema, "vendor.gitlab-ci", RECIPES / "gitlab.yml")
    workflows = [
        RECIPES / "github.yml",
        RECIPES / "gitea.yml",
        *(REPOSITORY / "almanac/starter").glob("*/.github/workflows/*.yml"),
    ]
    lint(BIN / "check-jsonschema", schema, "vendor.github-workflows", *workflows)
    forms = [file for file in (REPOSITORY / ".github/ISSUE_TEMPLATE").iterdir() if file.name != "config.yml"]
    lint(BIN / "check-jsonschema", schema, "vendor.github-issue-forms", *forms)


def test_the_container_runs_as_nobody_special_and_serves_by_the_recipe_of_nginx() -> None:
    lint(BIN / "hadolint", "--failure-threshold", "style", DEPLOY / "Containerfile")
    content = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    stages = content.split("\nFROM ")[1:]
    assert [re.findall(r"^USER (\d+)$", stage, re.MULTILINE) for stage in stages] == [["1000"], ["101"]]
    bases = re.findall(r"^ARG \w+=(\S+)$", content, re.MULTILINE)
    assert len(bases) == len(stages)
    assert not [base for base in bases if "/" in base and "." in base.split("/")[0]], (
        "whoever builds chooses the registry"
    )
    (pattern,) = re.findall(r"sed 's/([^/]*)/", content)
    assert len(re.findall(pattern, (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), re.MULTILINE)) == 1
    assert re.findall(r"/output (\S+)", content) == re.findall(r"root (\S+);", (DEPLOY / "nginx.conf").read_text())


def test_the_timer_and_its_service_are_sound(tmp_path: Path) -> None:
    service = (DEPLOY / "almanac.service").read_text(encoding="utf-8")
    program = tmp_path / ".venv/bin/almanac"
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    for path in (tmp_path / "almanac.service", tmp_path / "almanac.timer"):
        path.write_text((DEPLOY / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "almanac.service").write_text(service.replace("/srv/kepu", str(tmp_path)), encoding="utf-8")
    lint("systemd-analyze", "verify", tmp_path / "almanac.service", tmp_path / "almanac.timer")
    assert "ExecStart=/srv/kepu/.venv/bin/almanac build --keep-going\n" in service
    assert "SuccessExitStatus" not in service, "status 3 makes the unit fail, so that somebody looks"


def headers_of(address: str) -> list[tuple[str, str]]:
    """The headers that `_headers` gives an address; `*` stands for any characters."""
    found: list[tuple[str, str]] = []
    fits = False
    for line in (DEPLOY / "_headers").read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            fits = fnmatchcase(address, line)
        elif fits and not line.startswith("#"):
            name, _, value = line.partition(":")
            found.append((name.strip(), value.strip()))
    return found


@pytest.mark.parametrize(
    ("address", "kind", "is_open"),
    [
        ("/feeds/themes/sky.ics", "text/calendar; charset=utf-8", True),
        ("/events/talk.ics", "text/calendar; charset=utf-8", True),
        ("/feeds/all.atom", "application/atom+xml; charset=utf-8", True),
        ("/feeds/all.json", "application/feed+json; charset=utf-8", True),
        ("/data/events.json", "application/json; charset=utf-8", True),
        ("/data/events.csv", "text/csv; charset=utf-8", True),
        ("/events/talk/", None, False),
    ],
)
def test_static_hosts_get_each_header_once(address: str, kind: str | None, *, is_open: bool) -> None:
    found = headers_of(address)
    assert len(found) == len({name for name, _ in found}), "hosts join what is said twice"
    headers = dict(found)
    assert headers.get("Content-Type") == kind
    assert headers.get("Access-Control-Allow-Origin") == ("*" if is_open else None)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_static_hosts_keep_hashed_files_alone_for_a_year() -> None:
    lasting = {"/hashed/style.0123456789abcdef.css", "/hashed/pictures/dot.0123456789abcdef.svg"}
    pages = {"/", "/events/talk/", "/static/style.css", "/sw.js", "/feeds/all.ics", "/data/events.json"}
    kept = {path for path in lasting | pages if "immutable" in dict(headers_of(path)).get("Cache-Control", "")}
    assert kept == lasting


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """A search path with `almanac`. Installing is left out, and no site is reached."""
    folder = tmp_path / "bin"
    folder.mkdir()
    engine = f'exec {sys.executable} {REPOSITORY / "site.py"} "$@"'
    for name, command in {
        "almanac": engine,
        "python": '[ "$2 $3" = "pip install" ]',
        "python3": f'[ "$2 $3" = "pip install" ] && exit\nshift 2\n{engine}',
        "curl": "exit 22",
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_static_hosts_publish_what_is_sound(kept: Site, programs: str) -> None:
    netlify = tomllib.loads((RECIPES / "netlify.toml").read_text(encoding="utf-8"))
    assert netlify["build"]["publish"] == "output"
    kept.write("deploy/static-host.sh", (RECIPES / "static-host.sh").read_bytes())
    kept.write("deploy/_headers", (DEPLOY / "_headers").read_bytes())
    kept.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    preview = netlify["context"]["deploy-preview"]["command"]
    done = run(kept, "sh", "-c", preview, PATH=programs, DEPLOY_PRIME_URL="https://preview.example.org")
    assert done.returncode == 0, done.stderr
    assert f"{TALK}:6: 错误: " in done.stderr
    assert "https://preview.example.org/" in kept.page("/")
    assert kept.file("/_headers") == (DEPLOY / "_headers").read_bytes()
    kept.write("config.yaml", "titel: ?\n")
    assert run(kept, "sh", "-c", netlify["build"]["command"], PATH=programs).returncode == 1


def test_gitlab_reviews_publishes_what_is_sound_and_fails_afterwards(kept: Site, programs: str) -> None:
    pipeline = yaml.safe_load((RECIPES / "gitlab.yml").read_text(encoding="utf-8"))
    scripts = {job: "\n".join(pipeline[job]["script"]) for job in pipeline["stages"] if job != "publish"}
    scripts["pages"] = "\n".join(pipeline["pages"]["script"])

    def ran(job: str, **environment: str) -> int:
        return run(kept, "bash", "-e", "-o", "pipefail", "-c", scripts[job], PATH=programs, **environment).returncode

    base = run(kept, "git", "rev-parse", "HEAD").stdout.strip()
    kept.edit(TALK, "fee: 免费", "fee: 10元")
    run(kept, "git", "commit", "-q", "-a", "-m", "fee")
    assert ran("review", CI_MERGE_REQUEST_DIFF_BASE_SHA=base) == 0
    kept.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    assert ran("review", CI_MERGE_REQUEST_DIFF_BASE_SHA=base) > 0
    assert "费用：免费 → 10元" in (kept.root / "diff.md").read_text(encoding="utf-8")
    assert ran("pages") == 0
    assert (kept.root / "public/index.html").is_file()
    (status,) = re.findall("^STATUS=(.*)$", (kept.root / "build.env").read_text(encoding="utf-8"), re.MULTILINE)
    assert (status, ran("complete", STATUS=status), ran("complete", STATUS="0")) == ("3", 1, 0)


def test_gitee_go_publishes_on_the_server_what_is_sound(kept: Site, programs: str, tmp_path: Path) -> None:
    pipeline = yaml.safe_load((RECIPES / "gitee-go.yml").read_text(encoding="utf-8"))
    ((step,),) = (stage["steps"] for stage in pipeline["stages"])
    assert step["step"] == "shell@agent", "the platform's own machines have no Python that is new enough"
    server = tmp_path / "server"
    run(kept, "git", "clone", "--quiet", kept.root, server)
    (server / ".venv").mkdir()
    (server / ".venv/bin").symlink_to(programs.partition(":")[0])
    script = step["script"].replace("/srv/kepu", str(server))
    kept.event("new", title="新的讲座")
    kept.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    run(kept, "git", "add", "-A")
    run(kept, "git", "commit", "--quiet", "--no-verify", "-m", "new")
    assert run(kept, "sh", "-c", script).returncode == 3, "the pipeline fails, so that somebody looks"
    assert "新的讲座" in (server / "output/events/new/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_for_the_city_names_every_recipe_and_nothing_else(page: str) -> None:
    named = set(re.findall(r"\]\(([^)#:]+)\)", (REPOSITORY / "docs" / page).read_text(encoding="utf-8")))
    assert not [path for path in named if not (REPOSITORY / "docs" / path).exists()]
    recipes = {file.name for folder in (DEPLOY, RECIPES) for file in folder.iterdir() if file.is_file()}
    assert recipes <= {Path(path).name for path in named}
