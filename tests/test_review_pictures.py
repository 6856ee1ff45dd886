"""Pictures of changed pages for a review: what `diff --pictures` takes, and how recipes put them into comments."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import Thread
from urllib.parse import parse_qs

import pytest
import yaml
from click.testing import CliRunner
from playwright.sync_api import Browser
from sites import REPOSITORY, Site
from test_recipes import IDENTITY, RECIPES, TALK, git, kept, run

from almanac.cli.app import main
from almanac.commands import diff

__all__ = ["kept"]  # a fixture

COVER = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1" fill="#ffdd44"/></svg>'
YELLOW = [0xFF, 0xDD, 0x44]
NOW = ("--now", "2027-03-01 09:00")
# Of a picture: the number of its colours, and that of its pixels in one of them.
COLOURS = """([address, wanted]) => new Promise(resolve => {
  const image = new Image();
  image.onload = () => {
    const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height).data, counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const colour = data[at] << 16 | data[at + 1] << 8 | data[at + 2];
      counts.set(colour, (counts.get(colour) || 0) + 1);
    }
    resolve([counts.size, counts.get(wanted[0] << 16 | wanted[1] << 8 | wanted[2]) || 0]);
  };
  image.src = address;
})"""


def size(picture: bytes) -> tuple[int, int]:
    """The width and the height in the header of a PNG."""
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def colours(browser: Browser, picture: bytes) -> tuple[int, int]:
    page = browser.new_page()
    address = f"data:image/png;base64,{b64encode(picture).decode()}"
    number, yellow = page.evaluate(COLOURS, [address, YELLOW])
    page.close()
    return number, yellow


def change(site: Site) -> None:
    """A change of an event's title and picture, and a new event."""
    site.edit(TALK, "title: 云从哪里来", "title: 云是怎样下雨的\ncover: images/sun.svg\ncover_alt: 太阳")
    site.write("content/images/sun.svg", COVER)
    site.event("stars", title="看星星*", start="2027-03-10 19:00")


def without_digests(report: str) -> str:
    return re.sub(r"-[0-9a-f]{12}\.png", ".png", report)


def test_the_report_shows_each_page_before_and_after_as_a_phone_does(kept: Site, browser: Browser) -> None:
    change(kept)
    command = kept.command("diff", "--format", "markdown", "--pictures", "pictures", *NOW, language="zh-CN")
    done = run(kept, *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert without_digests(done.stdout) == (
        """\
### 从 HEAD 到 本机文件：新增 1 场，改动 1 场，删除 0 场。

#### 新增

- **看星星\\***  
  2027年3月10日（周三）19:00 · content/events/stars.md

#### 改动

- **云是怎样下雨的**  
  2027年3月20日（周六）14:00—16:00 · 小城图书馆 · content/events/2027/2027-03-20-clouds.md
  - 标题：云从哪里来 → 云是怎样下雨的
  - 图片：新增 images/sun.svg
  - 图片说明：新增 太阳

#### 手机上的样子

**看星星\\***

| 新网页 |
| --- |
| ![看星星\\* · 新网页](pictures/1-after.png) |

**云是怎样下雨的**

| 改动前 | 改动后 |
| --- | --- |
| ![云是怎样下雨的 · 改动前](pictures/2-before.png) | ![云是怎样下雨的 · 改动后](pictures/2-after.png) |
"""  # noqa: W291 - two spaces are a line break in Markdown
    )
    named = re.findall(r"\]\(pictures/(\S+)\)", done.stdout)
    files = {file.name: file.read_bytes() for file in (kept.root / "pictures").iterdir()}
    assert sorted(named) == sorted(files)
    _, before, after = (files[name] for name in named)
    assert [size(one)[0] for one in files.values()] == [390] * 3
    assert all(1000 < size(one)[1] <= 5000 for one in files.values())
    assert all(colours(browser, one)[0] > 50 for one in files.values()), "no empty page, and none without its sheet"
    assert colours(browser, before)[1] == 0
    assert colours(browser, after)[1] > 10_000, "the new picture of the event, from the files on disk"


def test_pictures_of_two_commits_come_from_git_alone(kept: Site, browser: Browser) -> None:
    change(kept)
    git(kept, "add", "-A")
    git(kept, "commit", "-q", "--no-verify", "-m", "next")
    (kept.root / "content/images/sun.svg").write_text(COVER.replace("#ffdd44", "#000000"), encoding="utf-8")
    done = run(kept, *kept.command("diff", "HEAD~1", "HEAD", "--pictures", "shown", *NOW))
    assert done.returncode == 0, done.stderr
    assert without_digests(done.stdout).endswith(
        """
What phones show
      看星星*
        New page  shown/1-after.png
      云是怎样下雨的
        Before the change  shown/2-before.png
        After the change  shown/2-after.png
"""
    )
    (after,) = (kept.root / "shown").glob("2-after-*.png")
    assert colours(browser, after.read_bytes())[1] > 10_000


def test_changed_files_come_first_and_pages_beyond_the_limit_are_counted(kept: Site) -> None:
    kept.edit("content/venues/library.md", "小城图书馆", "小城新图书馆")
    about = "content/pages/about.md"
    kept.write(about, (kept.root / about).read_text(encoding="utf-8").replace("---\n", "---\n# 给编辑的话\n", 1))
    kept.edit(TALK, "fee: 免费", "fee: 10元")
    done = run(kept, *kept.command("diff", "--pictures", "shown", "--most-pictures", "2", *NOW, language="zh-CN"))
    assert done.returncode == 0, done.stderr
    listed = done.stdout.partition("手机上的样子\n")[2]
    assert [line.strip() for line in listed.splitlines() if line.startswith("      ") and line[6] != " "] == [
        "云从哪里来",
        "小城新图书馆",
    ]
    assert "这些网页看上去没有变化：关于。\n" in listed
    assert "另有 2 个网页有改动，没有拍图。\n" in listed, "events at the venue whose own files are as they were"
    assert len([*(kept.root / "shown").iterdir()]) == 4


def test_what_lacks_is_named(kept: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.edit(TALK, "fee: 免费", "fee: 10元")
    command = kept.command("diff", "--pictures", "shown", *NOW, language="zh-CN")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(str(which("git")))
    done = run(kept, *command, PATH=str(tools), PLAYWRIGHT_BROWSERS_PATH=str(tmp_path / "none"))
    assert done.returncode == 2
    assert "Chromium 在这里用不了（" in done.stderr
    assert "请安装 Chromium 或 Google Chrome，或运行：python -m playwright install --with-deps chromium" in done.stderr
    assert not (kept.root / "shown").exists()
    monkeypatch.setattr(diff, "can_take_pictures", lambda: False)
    words = ["--root", str(kept.root), "--lang", "zh-CN", "diff", "--pictures", "shown"]
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, refused.stderr) == (2, "还没有安装拍图用的组件：请安装 almanac-kepu[pictures]。\n")


def test_nothing_is_photographed_where_nothing_changed(kept: Site) -> None:
    done = run(kept, *kept.command("diff", "--pictures", "shown", *NOW, language="zh-CN"), PATH="/usr/bin:/bin")
    assert (done.returncode, done.stdout) == (0, "从 HEAD 到 本机文件：公众看到的内容没有变化。\n")


@pytest.fixture
def forge(kept: Site, tmp_path: Path) -> Path:
    """A bare repository, the origin of the small site, with its main branch."""
    bare = tmp_path / "forge.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    git(kept, "remote", "add", "origin", str(bare))
    git(kept, "push", "-q", "origin", "HEAD:refs/heads/main")
    git(kept, "fetch", "-q", "origin")
    return bare


def on_branch(forge: Path) -> list[str]:
    """The files of the branch of pictures, in order."""
    listed = subprocess.run(
        ["git", "-C", forge, "ls-tree", "-r", "--name-only", "review-pictures"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return listed.stdout.splitlines()


def put(site: Site, number: str, *names: str) -> subprocess.CompletedProcess[str]:
    """Puts pictures of these names onto the branch, in place of earlier ones of the request."""
    for file in (site.root / "pictures").glob("*.png"):
        file.unlink()
    for name in names:
        site.write(f"pictures/{name}.png", f"{number} {name}".encode())
    return run(site, RECIPES / "pictures.sh", number, "pictures")


def test_the_branch_of_pictures_has_no_history_and_is_apart_from_the_content(kept: Site, forge: Path) -> None:
    head, status = git(kept, "rev-parse", "HEAD").stdout, git(kept, "status", "--porcelain").stdout
    assert put(kept, "7", "a", "b").returncode == 0
    assert put(kept, "12", "c").returncode == 0
    assert put(kept, "7", "b", "d").returncode == 0
    assert on_branch(forge) == ["12/c.png", "7/b.png", "7/d.png"]
    count = ["git", "-C", str(forge), "rev-list", "--count", "review-pictures"]
    assert subprocess.run(count, check=True, capture_output=True, text=True).stdout == "1\n"
    assert git(kept, "rev-parse", "HEAD").stdout == head
    assert git(kept, "status", "--porcelain", "--", "content").stdout == status == ""
    assert put(kept, "7").returncode == 0
    assert on_branch(forge) == ["12/c.png"]


def test_pictures_of_old_requests_go(kept: Site, forge: Path) -> None:
    for number in range(1, 54):
        kept.write(f"first/{number}/a.png", b"old")
    script = (
        "export GIT_DIR=$PWD/.git GIT_INDEX_FILE=$PWD/.git/first; cd first; git --work-tree=. add -A; git write-tree"
    )
    tree = run(kept, "sh", "-c", script).stdout.strip()
    first = git(kept, "commit-tree", "-m", "a", tree).stdout.strip()
    git(kept, "push", "-q", "origin", f"{first}:refs/heads/review-pictures")
    assert put(kept, "2", "new").returncode == 0
    assert {int(path.partition("/")[0]) for path in on_branch(forge)} == {2, *range(5, 54)}


def test_two_requests_at_once_keep_both(kept: Site, forge: Path, tmp_path: Path) -> None:
    other = kept.copy(tmp_path / "other")
    assert put(kept, "1", "first").returncode == 0
    hook = kept.root / ".git/hooks/pre-push"
    other.write("pictures/second.png", b"2")
    command = f"unset GIT_INDEX_FILE; cd {other.root} && {RECIPES / 'pictures.sh'} 2 pictures"
    hook.write_text(f"#!/bin/sh\n[ -e done ] && exit\ntouch done\n{command}\n", encoding="utf-8")
    hook.chmod(0o755)
    git(kept, "config", "core.hooksPath", ".git/hooks")
    done = put(kept, "3", "third")
    assert done.returncode == 0, done.stderr
    assert (kept.root / "done").exists(), "the other request came in between"
    assert on_branch(forge) == ["1/first.png", "2/second.png", "3/third.png"]


def test_a_request_without_a_number_writes_nothing(kept: Site, forge: Path) -> None:
    assert run(kept, RECIPES / "pictures.sh", "../main", "pictures").returncode == 2
    listed = subprocess.run(["git", "-C", forge, "branch"], check=True, capture_output=True, text=True)
    assert listed.stdout.split() == ["*", "main"]


@pytest.mark.parametrize(
    ("recipe", "raw"), [("github", "raw/review-pictures"), ("gitea", "raw/branch/review-pictures")]
)
def test_a_workflow_puts_the_pictures_where_its_comment_shows_them(
    kept: Site, forge: Path, recipe: str, raw: str
) -> None:
    job = yaml.safe_load((RECIPES / f"{recipe}.yml").read_text(encoding="utf-8"))["jobs"]["review"]
    steps = [step for step in job["steps"] if "PICTURES" in step.get("env", {}) or "pictures.sh" in step.get("run", "")]
    keeping = steps[-1]
    assert job["steps"][0]["with"]["persist-credentials"] is False, "other steps do not see the token"
    assert "head.repo.full_name == github.repository" in keeping["if"], "others have no right to write"
    kept.edit(TALK, "title: 云从哪里来", "title: 云是怎样下雨的")
    git(kept, "add", "-A")
    git(kept, "commit", "-q", "--no-verify", "-m", "next")
    values = {
        "github.server_url": "https://forge.example.org", "github.repository": "kexie/kepu", "vars.PICTURES": "true",
        "github.event.pull_request.number": "12", "github.base_ref": "main", "github.token": "",
    }  # fmt: skip
    for step in steps:
        script = re.sub(r"(\.venv/bin/)?python site\.py", f"{sys.executable} {REPOSITORY / 'site.py'}", step["run"])
        script = script.replace("docs/recipes/", f"{RECIPES}/")
        filled = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], str(value))
            for name, value in step["env"].items()
        }
        done = run(kept, "bash", "-e", "-c", script, GITHUB_STEP_SUMMARY="summary.md", **filled)
        assert done.returncode == 0, done.stderr
    linked = re.findall(r"\]\((\S+)\)", (kept.root / "diff.md").read_text(encoding="utf-8"))
    assert len(linked) == 2
    start = f"https://forge.example.org/kexie/kepu/{raw}/"
    assert sorted(link.removeprefix(start) for link in linked) == on_branch(forge)


class GitLab(BaseHTTPRequestHandler):
    """A stand-in for two addresses of GitLab's API: it remembers what is uploaded and what is said."""

    uploads: dict[str, bytes]
    notes: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["PRIVATE-TOKEN"] == "glpat-test"
        if self.path == "/api/v4/projects/3/uploads":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            (part,) = parts_of(BytesParser().parsebytes(head + body))
            name, data = str(part.get_filename()), part.get_payload(decode=True)
            assert isinstance(data, bytes)
            self.uploads[f"/uploads/{len(self.uploads)}/{name}"] = data
            self.answer({"alt": name, "url": [*self.uploads][-1]})
        else:
            assert self.path == "/api/v4/projects/3/merge_requests/12/notes"
            self.notes += parse_qs(body.decode())["body"]
            self.answer({"id": 1})

    def answer(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


def parts_of(message: Message) -> list[Message]:
    found = message.get_payload()
    assert isinstance(found, list)
    return [part for part in found if isinstance(part, Message)]


@pytest.fixture
def gitlab() -> Iterator[tuple[str, type[GitLab]]]:
    """The address of the stand-in's API, and what it has been sent."""
    sent = type("Sent", (GitLab,), {"uploads": {}, "notes": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), sent)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api/v4", sent
    server.shutdown()
    server.server_close()


def test_gitlab_gets_the_pictures_by_its_api_and_the_comment_shows_them(
    kept: Site, gitlab: tuple[str, type[GitLab]], tmp_path: Path
) -> None:
    address, sent = gitlab
    base = git(kept, "rev-parse", "HEAD").stdout.strip()
    kept.edit(TALK, "title: 云从哪里来", "title: 云是怎样下雨的")
    git(kept, "add", "-A")
    git(kept, "commit", "-q", "--no-verify", "-m", "next")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, command in {
        "almanac": f'exec {sys.executable} {REPOSITORY / "site.py"} "$@"',
        "python": f'[ "$2 $3" = "pip install" ] && exit\nexec {sys.executable} "$@"',
        "apt-get": "exit",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    pipeline = yaml.safe_load((RECIPES / "gitlab.yml").read_text(encoding="utf-8"))
    script: str = "\n".join(pipeline["review"]["script"])
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=kept.root, capture_output=True, text=True, check=False,
        env={
            **os.environ, **IDENTITY, "PATH": f"{tools}:{os.environ['PATH']}", "PICTURES": "true",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "REVIEW_TOKEN": "glpat-test", "CI_API_V4_URL": address,
            "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "12", "NO_PROXY": "127.0.0.1",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (note,) = sent.notes
    assert "标题：云从哪里来 → 云是怎样下雨的" in note
    assert sorted(re.findall(r"\]\((\S+)\)", note)) == sorted(sent.uploads)
    assert len(sent.uploads) == 2
    assert all(size(picture)[0] == 390 for picture in sent.uploads.values())
