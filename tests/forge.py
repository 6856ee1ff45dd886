"""A stand-in for the pages of Gitea on which somebody adds or changes a file, with a real Git repository behind them.

It is no Gitea: there are no accounts, no other branches and no review. What matters here is as there. The address of a
new file names it in `filename`. A script puts `value` into the text, and the button works only then. The text comes
back with the line ends of forms, and is committed without them. A file that exists is not overwritten by a new one.
"""

from __future__ import annotations

import html
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

BRANCH = "main"
STYLE = """<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>代码平台（替身）</title><style>body{font:16px/1.6 sans-serif;margin:0 auto;max-width:50rem;padding:1rem}
textarea,input{width:100%;box-sizing:border-box;font:14px/1.5 monospace}button{font:inherit;padding:.5rem 1rem}</style>
<p>代码平台（测试用的替身）</p>"""
EDITOR = """<h1>{heading}</h1><p role="alert">{alert}</p>
<form method="post"><label>文件名 <input name="tree_path" value="{path}" required autofocus></label>
<label>内容 <textarea id="edit_area" name="content" rows="14">{content}</textarea></label>
<p>直接提交至 {branch} 分支。</p><button id="commit-button" disabled>提交变更</button></form>
<script>
const area = document.querySelector("#edit_area");
const button = document.querySelector("#commit-button");
area.addEventListener("input", () => (button.disabled = false));
const value = new URLSearchParams(location.search).get("value");
if (value) {{
  area.value = value;
  button.disabled = false;
}}
</script>"""


@dataclass
class Forge:
    """A running stand-in. `bare` is its repository, `address` that of its page."""

    bare: Path
    address: str
    asked: list[str] = field(default_factory=list)

    def git(self, *arguments: str, content: str | None = None, index: Path | None = None) -> str:
        """What git says about the repository."""
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "同事"), ("EMAIL", "staff@example.org"))
        }
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull}
        if index:
            environment["GIT_INDEX_FILE"] = str(index)
        command = ["git", "--git-dir", str(self.bare), *arguments]
        done = subprocess.run(command, input=(content or "").encode(), capture_output=True, check=True, env=environment)
        return done.stdout.decode().strip()

    def read(self, path: str) -> str | None:
        """The text of a file of the branch."""
        listed = self.git("ls-tree", "--name-only", BRANCH, "--", path)
        return self.git("show", f"{BRANCH}:{path}") + "\n" if listed else None

    def commit(self, path: str, content: str) -> None:
        """Commits a file onto the branch, with the line ends of Unix."""
        index = self.bare / "index-of-the-page"
        blob = self.git("hash-object", "-w", "--stdin", content=content.replace("\r", ""))
        self.git("read-tree", BRANCH, index=index)
        self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", index=index)
        tree = self.git("write-tree", index=index)
        commit = self.git("commit-tree", tree, "-p", BRANCH, "-m", f"添加 {path}")
        self.git("update-ref", f"refs/heads/{BRANCH}", commit)


def editor_page(heading: str, path: str, content: str, alert: str = "") -> str:
    """The page with a file's name and text."""
    values = {"heading": heading, "path": path, "content": content, "alert": alert, "branch": BRANCH}
    return STYLE + EDITOR.format_map({name: html.escape(value) for name, value in values.items()})


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            forge.asked.append(self.path)
            page, *rest = [*unquote(asked.path).strip("/").split("/")[2:], ""]
            path = "/".join(rest[1:]).strip("/")
            if page == "_new":
                name = parse_qs(asked.query).get("filename", [""])[0]
                self._answer(editor_page("新建文件", "/".join(filter(None, (path, name))), ""))
            elif page == "_edit" and (text := forge.read(path)) is not None:
                self._answer(editor_page("编辑文件", path, text))
            elif page == "src" and (text := forge.read("/".join(rest[2:]).strip("/"))) is not None:
                self._answer(f"{STYLE}<h1>已提交</h1><p>{html.escape(path)}</p><pre>{html.escape(text)}</pre>")
            else:
                self._answer(f"{STYLE}<h1>没有这一页</h1>", HTTPStatus.NOT_FOUND)

        def do_POST(self) -> None:
            typed = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            path, content = typed["tree_path"][0], typed["content"][0]
            owner, repository, page, *_ = unquote(urlsplit(self.path).path).strip("/").split("/")
            if page == "_new" and forge.read(path) is not None:
                self._answer(editor_page("新建文件", path, content, f"已存在名为“{path}”的文件。"))
                return
            forge.commit(path, content)
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", f"/{owner}/{repository}/src/branch/{BRANCH}/{path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer(self, page: str, status: HTTPStatus = HTTPStatus.OK) -> None:
            content = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    return Handler


@contextmanager
def forge_of(bare: Path, server: ThreadingHTTPServer) -> Iterator[Forge]:
    """The stand-in for a bare repository, answered by a server that has its port already."""
    forge = Forge(bare, f"http://127.0.0.1:{server.server_address[1]}/kexie/kepu")
    server.RequestHandlerClass = _handler(forge)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()


def forge_server() -> ThreadingHTTPServer:
    """A server with a port of its own, which a config can name before the repository exists."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    return server
