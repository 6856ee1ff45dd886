"""A province's site that gathers thirteen cities: `python -m bench --cities` makes and measures it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.corpus import DISTRICTS, NOW, ONLY_COMPARED, events, write_site
from bench.measure import Run, run
from bench.sites import REPOSITORY

CITIES = (
    "nanjing wuxi xuzhou changzhou suzhou nantong lianyungang huaian yancheng yangzhou zhenjiang taizhou suqian"
).split()
ROWS = ("clean build", "nothing changed", "one title changed in one city")


def measure_cities(folder: Path, count: int) -> list[tuple[str, Run]]:
    """The time and the memory of the province's builds, with `count` events in all cities together."""
    province = folder / "province"
    _write_province(folder, province, count)
    command = _command(province)
    found = [run(command, province, folder / "log"), run(command, province, folder / "log")]
    city = province / f"{CITIES[0]}.json"
    data = json.loads(city.read_text(encoding="utf-8"))
    data["events"][0]["title"] += "（新）"
    city.write_text(json.dumps(data), encoding="utf-8")
    found.append(run(command, province, folder / "log"))
    return list(zip(ROWS, found, strict=True))


def _command(root: Path) -> list[str | Path]:
    return [sys.executable, REPOSITORY / "site.py", "--root", root, "build", "--now", f"{NOW:%Y-%m-%dT%H:%M}"]


def _write_province(folder: Path, province: Path, count: int) -> None:
    """Builds the open data of each city, and writes the province's site beside copies of it."""
    made = list(events(count))
    outputs = {path.stem: path.stem == "data" for path in (REPOSITORY / "almanac/outputs").glob("[a-z]*.py")}
    outputs |= dict.fromkeys(("assets", "event_files", "event_pages", "home", "scripts"), True)
    sources = {city: {"name": city, "url": f"{city}.json", "district": city} for city in CITIES}
    districts = {**DISTRICTS, **{city: city for city in CITIES}}
    write_site(province, (), districts=districts, outputs=ONLY_COMPARED, sources=sources)
    for number, city in enumerate(CITIES):
        root = folder / city
        write_site(root, made[number :: len(CITIES)], base_url=f"https://{city}.bench.example/", outputs=outputs)
        subprocess.run(_command(root), check=True, capture_output=True, cwd=root)
        (root / "output/data/events.json").rename(province / f"{city}.json")


def cities_table(count: int, rows: list[tuple[str, Run]]) -> str:
    """The table in Markdown."""
    lines = [f"### {len(CITIES)} cities of {count:,} events in all", "", "| | seconds | MB |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {one.seconds:.2f} | {one.memory:.0f} |" for name, one in rows), ""])
