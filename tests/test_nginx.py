"""The recipe `deploy/nginx.conf` in nginx: types, charsets, compression, and 304 for polls of unchanged feeds."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection, socket
from time import monotonic, sleep

from sites import REPOSITORY, Site


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def nginx(site: Site, folder: Path) -> Iterator[int]:
    """The port of an nginx that serves a built site by the recipe, of which only the marked lines are set."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    recipe = (REPOSITORY / "deploy/nginx.conf").read_text(encoding="utf-8")
    for pattern, line in {
        r"listen 80;": f"listen 127.0.0.1:{port};",
        r"root /srv/kepu/output;": f"root {site.output};",
    }.items():
        recipe, count = re.subn(pattern, line, recipe)
        assert count == 1
    folder.mkdir()
    (folder / "site.conf").write_text(recipe, encoding="utf-8")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.getuid() == 0 else ""  # the test's folders are its own
    http = f"http {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n"
    main = f"{user}\npid {folder}/pid;\nevents {{}}\n{http}"
    (folder / "main.conf").write_text(main, encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is needed: make tools"
    running = subprocess.Popen(
        [program, "-e", folder / "errors", "-p", folder, "-c", folder / "main.conf", "-g", "daemon off;"]
    )
    try:
        await_port(port, folder / "errors")
        yield port
    finally:
        running.terminate()
        running.wait(20)


def await_port(port: int, errors: Path) -> None:
    deadline = monotonic() + 20
    while True:
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert monotonic() < deadline, errors.read_text(encoding="utf-8")
            sleep(0.05)
        else:
            return


def get(port: int, path: str, **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return found


def test_the_recipe_names_types_and_charsets_and_lets_others_read_the_data(site: Site, tmp_path: Path) -> None:
    site.build()
    with nginx(site, tmp_path / "nginx") as port:
        for path, kind in {
            "/": "text/html; charset=utf-8",
            "/feeds/all.ics": "text/calendar; charset=utf-8",
            "/feeds/all.atom": "application/atom+xml; charset=utf-8",
            "/feeds/all.json": "application/feed+json; charset=utf-8",
            "/feeds/all.svg": "image/svg+xml",
            "/data/events.json": "application/json; charset=utf-8",
            "/data/events.csv": "text/csv; charset=utf-8",
            "/static/page.js": "application/javascript; charset=utf-8",
        }.items():
            answer = get(port, path)
            assert (answer.status, answer.headers["content-type"]) == (200, kind), path
            assert answer.headers["x-content-type-options"] == "nosniff"
            open_to_all = path.startswith(("/feeds/", "/data/"))
            assert answer.headers.get("access-control-allow-origin", "") == ("*" if open_to_all else ""), path
        missing = get(port, "/nowhere/")
        assert missing.status == 404
        assert missing.body == site.file("/404.html")
        packed = get(port, "/feeds/all.ics", Accept_Encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == site.file("/feeds/all.ics")


def test_a_poll_costs_304_until_an_event_changes(site: Site, tmp_path: Path) -> None:
    site.build()
    with nginx(site, tmp_path / "nginx") as port:
        first = get(port, "/feeds/all.ics")
        known = {"If_None_Match": first.headers["etag"], "If_Modified_Since": first.headers["last-modified"]}
        assert get(port, "/feeds/all.ics", **known).status == 304
        assert get(port, "/feeds/all.ics", If_None_Match=first.headers["etag"]).status == 304
        assert get(port, "/feeds/all.ics", If_Modified_Since=first.headers["last-modified"]).status == 304
        # A rebuild without changes, and even a clean one, leaves the files as they are.
        site.build()
        site.build(clean=True)
        assert get(port, "/feeds/all.ics", **known).status == 304
        # nginx tells versions apart by size and by second, so the new title is longer.
        site.edit("content/events/2027/2027-03-20-clouds.md", "云从哪里来", "雨和雪从哪里来")
        site.build()
        changed = get(port, "/feeds/all.ics", If_None_Match=first.headers["etag"])
        assert changed.status == 200
        assert changed.headers["etag"] != first.headers["etag"]
