"""The recipes for nginx and Caddy in `deploy/`, running: types, charsets, compression, 304 for unchanged feeds."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection, socket
from time import monotonic, sleep
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest
from sites import REPOSITORY, Site
from timing import PATIENCE


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


Server: TypeAlias = Callable[[Site, Path], AbstractContextManager[int]]


def free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def recipe_for(name: str, lines: Mapping[str, str]) -> str:
    """A recipe of which only the marked lines are set: each pattern is replaced once."""
    recipe = (REPOSITORY / "deploy" / name).read_text(encoding="utf-8")
    for pattern, line in lines.items():
        recipe, count = re.subn(pattern, line, recipe)
        assert count == 1
    return recipe


@contextmanager
def nginx(site: Site, folder: Path) -> Iterator[int]:
    """The port of an nginx that serves a built site by the recipe."""
    port = free_port()
    lines = {
        r"\n    listen 80;": f"\n    listen 127.0.0.1:{port};",
        r"root /srv/kepu/output;": f"root {site.output};",
        r"include /srv/kepu/output/redirects.map;": f"include {site.output}/redirects.map;",
    }
    recipe = recipe_for("nginx.conf", lines)
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


@contextmanager
def caddy(site: Site, folder: Path) -> Iterator[int]:
    """The port of a Caddy that serves a built site by the recipe."""
    port = free_port()
    lines = {
        r"\nkepu.example.org {": f"\nhttp://127.0.0.1:{port} {{",
        r"root \* /srv/kepu/output": f"root * {site.output}",
        r"import /srv/kepu/output/redirects.map": f"import {site.output}/redirects.map",
    }
    folder.mkdir()
    config, errors = folder / "Caddyfile", folder / "errors"
    config.write_text(f"{{\n\tadmin off\n}}\n{recipe_for('Caddyfile', lines)}", encoding="utf-8")
    command: list[str | Path] = ["caddy", "run", "--adapter", "caddyfile", "--config", config]
    with errors.open("w", encoding="utf-8") as log:
        environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        running = subprocess.Popen(command, env=environment, stderr=log)
    try:
        await_port(port, errors)
        yield port
    finally:
        running.terminate()
        running.wait(20)


SERVERS: Mapping[str, Server] = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """Each server with its recipe."""
    return SERVERS[request.param]


def await_port(port: int, errors: Path) -> None:
    deadline = monotonic() + PATIENCE
    while True:
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert monotonic() < deadline, errors.read_text(encoding="utf-8")
            sleep(0.05)
        else:
            return


def get(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return found


def test_the_recipe_names_types_and_charsets_and_lets_others_read_the_data(
    site: Site, tmp_path: Path, server: Server
) -> None:
    site.edit("config.yaml", "title:", "security: {contact: kepu@example.org}\ncompress: [gz, br, zst]\ntitle:")
    site.build()
    with server(site, tmp_path / "server") as port:
        for path, kind in {
            "/": "text/html; charset=utf-8",
            "/feeds/all.ics": "text/calendar; charset=utf-8",
            "/feeds/all.atom": "application/atom+xml; charset=utf-8",
            "/feeds/all.json": "application/feed+json; charset=utf-8",
            "/feeds/all.svg": "image/svg+xml",
            "/data/events.json": "application/json; charset=utf-8",
            "/data/events.csv": "text/csv; charset=utf-8",
            "/static/page.js": "application/javascript; charset=utf-8",
            "/embed/themes/sky/": "text/html; charset=utf-8",
            "/embed/almanac-events.js": "application/javascript; charset=utf-8",
            "/embed/oembed/themes/sky.json": "application/json; charset=utf-8",
            "/sw.js": "application/javascript; charset=utf-8",
            "/screen/worker.js": "application/javascript; charset=utf-8",
            "/manifest.webmanifest": "application/manifest+json; charset=utf-8",
            "/.well-known/security.txt": "text/plain; charset=utf-8",
        }.items():
            answer = get(port, path)
            assert (answer.status, answer.headers["content-type"]) == (200, kind), path
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "strict-transport-security" not in answer.headers  # RFC 6797, section 7.2: never by http
            polled = path.startswith("/feeds/") and not path.endswith(".svg")
            assert answer.headers["cache-control"] == ("public, max-age=3600" if polled else "no-cache"), path
            open_to_all = path.startswith(("/feeds/", "/data/", "/embed/"))
            assert answer.headers.get("access-control-allow-origin", "") == ("*" if open_to_all else ""), path
            framed = "*" if path.startswith("/embed/") else "'self'"
            assert answer.headers["content-security-policy"] == f"frame-ancestors {framed}", path
        for path in ("/nowhere/", "/feeds/nowhere.ics", "/hashed/nowhere.0123456789abcdef.css"):
            missing = get(port, path)
            assert (missing.status, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
            assert missing.body == site.file("/404.html")
            assert "immutable" not in missing.headers["cache-control"]
        for name in filter(re.compile("hashed/").match, site.files()):
            answer = get(port, f"/{name}")
            assert (answer.status, answer.body) == (200, site.file(name))
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["x-content-type-options"] == "nosniff"
        # What a page of an earlier build loads is there too, and is asked for again.
        for old, name in {"style.0123456789abcdef.css": "style.css", "page.0123456789abcdef.js": "page.js"}.items():
            answer = get(port, f"/hashed/{old}")
            assert (answer.status, answer.body) == (200, site.file(f"/static/{name}"))
            assert answer.headers["content-type"] == get(port, f"/static/{name}").headers["content-type"]
            assert answer.headers["cache-control"] == "no-cache"
        feed = get(port, "/feeds/all.ics", Accept_Encoding="gzip")
        assert feed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(feed.body) == site.file("/feeds/all.ics")
        # What the build has compressed is sent as it is.
        for path in ("/", "/themes/sky/", "/static/style.css"):
            file = path if path.endswith(".css") else f"{path}index.html"
            packed = get(port, path, Accept_Encoding="gzip")
            assert packed.body == site.file(f"{file}.gz")
            assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
            assert packed.headers["content-type"] == get(port, path).headers["content-type"]
            assert packed.headers["cache-control"] == "no-cache"
            known = {"Accept_Encoding": "gzip", "If_None_Match": packed.headers["etag"]}
            assert get(port, path, **known).status == 304
            for encoding, form in {"br": "br", "zstd": "zst"}.items() if server is caddy else ():
                packed = get(port, path, Accept_Encoding=encoding)
                assert (packed.headers["content-encoding"], packed.body) == (encoding, site.file(f"{file}.{form}"))


def test_a_poll_costs_304_until_an_event_changes(site: Site, tmp_path: Path, server: Server) -> None:
    site.build()
    with server(site, tmp_path / "server") as port:
        first = get(port, "/feeds/all.ics")
        known = {"If_None_Match": first.headers["etag"], "If_Modified_Since": first.headers["last-modified"]}
        assert get(port, "/feeds/all.ics", **known).status == 304
        assert get(port, "/feeds/all.ics", If_None_Match=first.headers["etag"]).status == 304
        assert get(port, "/feeds/all.ics", If_Modified_Since=first.headers["last-modified"]).status == 304
        # A rebuild without changes, and even a clean one, leaves the files as they are.
        site.build()
        site.build(clean=True)
        assert get(port, "/feeds/all.ics", **known).status == 304
        # Servers tell versions apart by size and by second, so the new title is longer.
        site.edit("content/events/2027/2027-03-20-clouds.md", "云从哪里来", "雨和雪从哪里来")
        site.build()
        changed = get(port, "/feeds/all.ics", If_None_Match=first.headers["etag"])
        assert changed.status == 200
        assert changed.headers["etag"] != first.headers["etag"]


def test_scripts_may_poll_folders_list_their_feeds_and_old_addresses_lead_on(
    site: Site, tmp_path: Path, server: Server
) -> None:
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.edit("content/themes/sky.md", "name: ", "aliases: [weather]\nname: ")
    site.event("talk", aliases="/events/旧讲座/")
    site.build()
    with server(site, tmp_path / "server") as port:
        asked = get(
            port,
            "/feeds/all.json",
            "OPTIONS",
            Origin="https://a.example",
            Access_Control_Request_Headers="if-none-match",
        )
        assert asked.status == 204
        assert asked.headers["access-control-allow-origin"] == "*"
        assert "If-None-Match" in asked.headers["access-control-allow-headers"]
        assert get(port, "/feeds/all.json").headers["access-control-expose-headers"] == "ETag"
        listed = get(port, "/feeds/themes/")
        assert listed.status == 200
        assert re.search(rb'href="(?:\./)?sky\.ics"', listed.body)
        assert get(port, "/feeds/").status == 200
        for old, address in {
            "/feeds/themes/weather.ics": "/feeds/themes/sky.ics",
            "/feeds/districts/east/themes/weather.json": "/feeds/districts/east/themes/sky.json",
            "/themes/weather/": "/themes/sky/",
            "/events/%E6%97%A7%E8%AE%B2%E5%BA%A7/": "/events/talk/",
        }.items():
            moved = get(port, old)
            assert (moved.status, urlsplit(moved.headers["location"]).path) == (301, address)


def test_the_lines_for_https_make_a_sound_recipe(site: Site, tmp_path: Path) -> None:
    site.build()
    recipe = (
        (REPOSITORY / "deploy/nginx.conf").read_text(encoding="utf-8").replace("/srv/kepu/output", str(site.output))
    )
    recipe = re.sub(
        r"^( *)# (?=server \{|    listen 80|    server_name|    return 301|\}|ssl_)", r"\1", recipe, flags=re.MULTILINE
    )
    assert recipe.count("server {") == 2
    before, _, secure = recipe.rpartition("listen 80;")
    key, certificate = tmp_path / "kepu.key", tmp_path / "kepu.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=kepu.example.org",
        "-days",
        "2",
    ]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    secure = f"listen 443 ssl;{secure}".replace("/etc/ssl/kepu.key", str(key)).replace(
        "/etc/ssl/kepu.pem", str(certificate)
    )
    (tmp_path / "main.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{before}{secure}\n}}\n", encoding="utf-8"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is needed: make tools"
    tried = subprocess.run(
        [program, "-t", "-q", "-e", tmp_path / "errors", "-p", tmp_path, "-c", tmp_path / "main.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 0, tried.stderr
