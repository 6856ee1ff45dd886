"""The recipe of a province: a forge builds thirteen cities, and the province's site gathers them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sites import REPOSITORY, small_site
from test_faults import MOMENT

RECIPES = REPOSITORY / "docs/recipes"
HOST = "https://kepu.example.org/"
TALK = "content/events/2027/2027-03-20-clouds.md"


def recipe(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((RECIPES / name).read_text(encoding="utf-8"))
    return found


GITHUB, GITLAB = recipe("cities-github.yml")["jobs"], recipe("cities-gitlab.yml")
CITIES: list[str] = GITHUB["city"]["strategy"]["matrix"]["city"]


def scripts(job: dict[str, Any]) -> list[str]:
    """The shell lines of a job that run the recipe's script, on either forge."""
    lines = [*job.get("script", ()), *(step["run"] for step in job.get("steps", ()) if "run" in step)]
    return [line.partition(" #")[0] for line in lines if "cities.sh" in line]


def repository(root: Path, cities: list[str]) -> Path:
    """A folder with the sites of cities, of the province, and the script."""
    for city in cities:
        site = small_site(root / "cities" / city)
        site.edit("config.yaml", "https://example.org/kepu/", f"{HOST}{city}/")
        site.only("data", "months")
        site.edit("config.yaml", "title:", f"feeds: {{uid_host: {city}.kepu.example.org}}\ntitle:")
        for path in (site.root / "content/events/2027").glob("*.md"):
            if path.name != Path(TALK).name:
                path.unlink()
        site.edit(TALK, "title: 云从哪里来", f"title: {city}的云")
    province = small_site(root / "province")
    sources = "".join(f"  {city}: {{name: {city}, url: gathered/{city}.json}}\n" for city in cities)
    province.edit("config.yaml", "https://example.org/kepu/", HOST)
    province.only("data", "months")
    province.edit("config.yaml", "title:", f"sources:\n{sources}title:")
    shutil.copytree(RECIPES, root / "docs/recipes")
    return root


def run(folder: Path, line: str, **environment: str) -> None:
    engine = shlex.join([sys.executable, str(REPOSITORY / "site.py")])
    given = {**os.environ, **MOMENT, "ALMANAC": engine, **environment}
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_both_forges_build_the_same_cities_by_the_same_lines() -> None:
    assert len(set(CITIES)) == 13
    assert GITLAB["city"]["parallel"]["matrix"] == [{"CITY": CITIES}]
    assert scripts(GITHUB["city"]) == scripts(GITLAB["city"])
    assert scripts(GITHUB["province"]) == scripts(GITLAB["pages"])
    assert GITHUB["province"]["needs"] == "city"
    assert GITLAB["stages"].index(GITLAB["city"]["stage"]) < GITLAB["stages"].index(GITLAB["pages"]["stage"])


@pytest.mark.parametrize("count", [3, pytest.param(13, marks=pytest.mark.long)])
def test_a_province_gathers_the_cities_that_its_forge_has_built(tmp_path: Path, count: int) -> None:
    cities = CITIES[:count]
    folder = repository(tmp_path, cities)
    bad = folder / "cities" / cities[0] / "content/events/bad.md"
    bad.write_text("no front matter", encoding="utf-8")  # it keeps nothing else away
    (line,) = scripts(GITHUB["city"])
    for city in cities:
        run(folder, line, CITY=city)
    (line,) = scripts(GITHUB["province"])
    run(folder, line)
    public = folder / "public"
    month = (public / "calendar/2027/03/index.html").read_text(encoding="utf-8")
    for city in cities:
        assert f"{city}的云" in month
        assert f'href="{HOST}{city}/events/2027-03-20-clouds/"' in month
        assert (public / city / "events/2027-03-20-clouds/index.html").exists(), "where the link leads"
    uids = {event["uid"] for event in json.loads((public / "data/events.json").read_text("utf-8"))["events"]}
    at_home = json.loads((public / cities[1] / "data/events.json").read_text("utf-8"))["events"]
    assert uids >= {event["uid"] for event in at_home}
