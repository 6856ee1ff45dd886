"""Sveltia CMS as an editor of a site: its settings, and what it writes, tried in Chromium on a local repository."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft7Validator
from playwright.sync_api import Browser, Locator, Page, expect
from serving import serving
from sites import REPOSITORY, Site, small_site

from almanac.cli.app import main
from almanac.cli.reports import translator
from almanac.content.form_fields import form_fields
from almanac.content.queries import checked_config
from almanac.content.records import kinds
from almanac.model.given import site_on_disk
from almanac.starter.sveltia import Unfit, sveltia_files

PACKAGES = REPOSITORY / "node_modules"
FOLDER = "static/cms"
OPEN_DAY = "content/events/2027/2027-05-18-open-day.md"
PATIENCE = 60_000  # milliseconds: Sveltia has 2 MB of script, which a busy machine compiles slowly
HIGH = 6_000  # pixels: Sveltia draws a field when it comes into sight
# A folder of this machine takes the place of the one that a person chooses. It is one of the browser's own.
CHOOSE = 'window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("site");'
FILL = """async files => {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("site", {create: true});
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/"), name = parts.pop();
    let folder = root;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, {create: true});
    const stream = await (await folder.getFileHandle(name, {create: true})).createWritable();
    await stream.write(text);
    await stream.close();
  }
}"""
READ = """async () => {
  const files = {};
  const read = async (folder, at) => {
    for await (const [name, one] of folder.entries()) {
      if (one.kind === "directory") await read(one, `${at}${name}/`);
      else files[at + name] = await (await one.getFile()).text();
    }
  };
  await read(await (await navigator.storage.getDirectory()).getDirectoryHandle("site"), "");
  return files;
}"""


def init(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "zh-CN", "init", *arguments])


def settings(repository: str, forge: str = "") -> dict[str, Any] | Unfit:
    """The settings of Sveltia for a site with this repository."""
    site = site_on_disk(REPOSITORY / "tests/small_site")
    config = checked_config(site)
    assert not isinstance(config, list)
    where = type(config.submission)(repository=repository, forge=forge or None)  # type: ignore[arg-type]
    files = sveltia_files(type(config)(**{**vars(config), "submission": where}), translator("zh-CN"))
    return files if isinstance(files, Unfit) else yaml.safe_load(files[f"{FOLDER}/config.yml"])


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with Sveltia, installed as its README says, built."""
    site = small_site(tmp_path_factory.mktemp("sveltia") / "site")
    site.edit("config.yaml", "title:", "submission: {repository: https://git.example.org/kexie/kepu}\ntitle:")
    done = init(str(site.root), "--cms", "sveltia")
    assert (done.exit_code, done.stderr) == (0, "Sveltia 本身不在其中：怎样取得，见 static/cms/README.md。\n")
    package = Path()
    (site.root / FOLDER / "locales").mkdir()
    for line in (site.root / FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"    npm pack (\S+)@(\S+)", line):
            package = PACKAGES / found[1]
            assert json.loads((package / "package.json").read_text())["version"] == found[2]
        elif found := re.fullmatch(r"    cp package/(\S+) (\S+)", line):
            shutil.copy(package / found[1], site.root / found[2])
    site.build()
    return site


@contextmanager
def sveltia(browser: Browser, site: Site, language: str = "zh-CN", **changed: str) -> Iterator[Page]:
    """Sveltia's page with the files of the site as its local repository; `changed` have other texts.

    Fails if a script fails or another host is reached.
    """
    content = (file for file in (site.root / "content").rglob("*.md"))
    files = {file.relative_to(site.root).as_posix(): file.read_text(encoding="utf-8") for file in content}
    files |= changed | {".git/HEAD": "ref: refs/heads/main\n"}
    context = browser.new_context(viewport={"width": 1280, "height": HIGH}, locale=language, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(CHOOSE)
    page = context.new_page()
    faults: list[str] = []
    hosts: set[str | None] = set()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfinished", lambda request: hosts.add(urlsplit(request.url).hostname))
    with serving(site.output) as address:
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}/{FOLDER}/index.html", wait_until="commit")
        page.evaluate(FILL, files)
        yield page
        context.close()
    assert faults == []
    assert hosts <= {"localhost", None}  # a blob has no host


def open_form(page: Page, address: str) -> None:
    """Opens the repository, then the form of a new or an old event by its address within the page."""
    page.get_by_role("button", name="使用本地仓库").click()
    page.get_by_text("2027", exact=True).first.wait_for()
    page.evaluate("address => { location.hash = address; }", f"#/collections/events/{address}")


def field(page: Page, key: str) -> Locator:
    return page.locator(f"section.field[data-key-path='{key}']").first


def saved(page: Page) -> dict[str, str]:
    """The files of the repository after a click on the button."""
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("button", name="保存")).to_have_count(0, timeout=PATIENCE)
    files: dict[str, str] = page.evaluate(READ)
    return files


def test_an_event_that_somebody_fills_in_is_sound_and_published(browser: Browser, edited: Site) -> None:
    with sveltia(browser, edited) as page:
        open_form(page, "new")
        field(page, "title").locator("input").fill("看星星：春季观测")
        field(page, "start").locator("input").fill("2027-04-10 19:00")
        field(page, "theme").get_by_text("气象").click()
        field(page, "organiser").get_by_text("市科协").click()
        field(page, "venue").get_by_text("小城图书馆").click()
        field(page, "district").get_by_text("西区").click()
        field(page, "body").locator("textarea").fill("带上望远镜。\n\n- 七点集合\n")
        files = saved(page)
    (path,) = (path for path in files if path.startswith("content/events/2027-"))
    assert re.fullmatch(r"content/events/2027-04-10-[0-9a-f]+\.md", path)
    assert files[path] == (
        """\
---
title: 看星星：春季观测
start: 2027-04-10 19:00
theme:
  - sky
organiser:
  - kexie
venue: library
district: west
draft: false
sample: false
---

带上望远镜。

- 七点集合
"""
    )
    edited.write(path, files[path])
    edited.build()
    page_of_event = edited.page(f"/events/{Path(path).stem}/")
    assert page_of_event.partition("<title>")[2].startswith("看星星：春季观测")
    assert "小城图书馆" in page_of_event
    assert "<li>七点集合</li>" in page_of_event
    edited.delete(path)


def test_what_is_lost_of_a_file_that_people_wrote(browser: Browser, edited: Site) -> None:
    """The limits that docs/editors.zh-CN.md tells of."""
    written = """\
---
# 场馆已经确认
title: 博物馆开放日  # 名称以通知为准
organiser: 市科协
co_organiser: [某街道, kexie]
theme: sky
start: 2027-05-18
venue: {name: 东坡公园, address: 延陵东路}
audience: youth
repeat: 'FREQ=WEEKLY;COUNT=3'
except: [2027-05-25]
overrides:
  2027-06-01: {status: cancelled}
signup: {how: "现场签到", phone: 0519-86619627}
ignore: {venue-clash: 两场分楼层进行}
imported: {source: 活动汇总.xlsx, row: 5f2d9c1e}
updated: 2027-02-24
---
全天开放。

* 一
- 二

<!-- 注 -->
"""
    with sveltia(browser, edited, **{OPEN_DAY: written}) as page:
        open_form(page, "entries/2027/2027-05-18-open-day")
        field(page, "fee").locator("input").fill("免费")
        files = saved(page)
    assert files[OPEN_DAY] == (
        """\
---
title: 博物馆开放日
start: 2027-05-18
theme:
  - sky
organiser:
  - 市科协
co_organiser:
  - 某街道
  - kexie
audience:
  - youth
fee: 免费
signup:
  phone: 0519-86619627
  how: 现场签到
repeat: FREQ=WEEKLY;COUNT=3
except:
  - 2027-05-25
updated: 2027-02-24
draft: false
sample: false
ignore:
  venue-clash: 两场分楼层进行
imported:
  row: 5f2d9c1e
  source: 活动汇总.xlsx
overrides:
  2027-06-01:
    status: cancelled
---

全天开放。

* 一
- 二

<!-- 注 -->
"""
    )


def test_a_language_without_words_here_is_shown_in_english(browser: Browser, edited: Site) -> None:
    with sveltia(browser, edited, "sv-SE") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("button", name="Work with Local Repository").click()
        expect(page.get_by_text("2027", exact=True).first).to_be_visible(timeout=PATIENCE)
    assert len([address for address in asked if "locales" in address]) < 5


def test_every_key_of_the_declarations_has_its_field(edited: Site) -> None:
    made = yaml.safe_load((edited.root / FOLDER / "config.yml").read_text(encoding="utf-8"))
    schema = json.loads((PACKAGES / "@sveltia/cms/schema/sveltia-cms.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(made)] == []
    collections = {one["name"]: one for one in made["collections"]}
    for kind, collection in collections.items():
        declared = {one.key: one for one in form_fields(kinds()[kind].fields, translator("zh-CN"))}
        shown = {one["name"]: one for one in collection["fields"]}
        left_out = {"imported", "overrides"} if kind == "events" else set()
        assert shown.keys() == declared.keys() - left_out | {"body"}
        assert {key: one["label"] for key, one in shown.items() if key != "body"} == {
            key: one.label for key, one in declared.items() if key not in left_out
        }
    fields = {one["name"]: one for one in collections["events"]["fields"]}
    assert fields["district"]["options"] == [{"label": "东区", "value": "east"}, {"label": "西区", "value": "west"}]
    assert fields["status"]["options"][1] == {"label": "取消", "value": "cancelled"}
    assert (fields["organiser"]["collection"], fields["organiser"]["multiple"]) == ("organisers", True)
    assert fields["start"]["hint"] == "日期和钟点；只写日期表示全天。没有分场次时必填。例：2026-12-05 14:00"
    assert [one["name"] for one in fields["sessions"]["fields"]][:3] == ["id", "start", "end"]


@pytest.mark.parametrize(
    ("repository", "forge", "backend", "reviewed"),
    [
        ("https://github.com/kexie/kepu", "", {"name": "github", "repo": "kexie/kepu"}, True),
        (
            "https://code.example.org/kexie/kepu.git",
            "github",
            {
                "name": "github", "repo": "kexie/kepu",
                "api_root": "https://code.example.org/api/v3", "base_url": "https://code.example.org",
            },
            True,
        ),
        ("https://gitlab.com/a/b/kepu", "", {"name": "gitlab", "repo": "a/b/kepu"}, True),
        (
            "https://git.example.org:3000/kexie/kepu",
            "",
            {
                "name": "gitea", "repo": "kexie/kepu",
                "api_root": "https://git.example.org:3000/api/v1", "base_url": "https://git.example.org:3000",
            },
            False,
        ),
    ],
)  # fmt: skip
def test_the_address_of_the_repository_says_how_it_is_reached(
    repository: str, forge: str, backend: dict[str, str], *, reviewed: bool
) -> None:
    found = settings(repository, forge)
    assert not isinstance(found, Unfit)
    assert found["backend"] == {**backend, "branch": "main", "auth_methods": ["token"]}
    assert (found.get("publish_mode") == "editorial_workflow") is reviewed


def test_gitee_and_a_site_without_a_repository_are_told_what_helps(site: Site, tmp_path: Path) -> None:
    done = init(str(site.root), "--cms", "sveltia")
    assert (done.exit_code, done.stderr) == (
        2,
        (
            "要让 Sveltia 知道网站的仓库在哪里。请写进 config.yaml，"
            "例如 submission: {repository: https://github.com/kexie/kepu}；新建网站时用 --repository。\n"
        ),
    )
    new = ("--city", "柳城", "--cms", "sveltia", "--repository")
    done = init(str(tmp_path / "gitee"), *new, "https://gitee.com/kexie/kepu")
    assert (done.exit_code, done.stderr.partition("。")[0]) == (2, "Sveltia 不支持 Gitee")
    assert not (tmp_path / "gitee").exists()
    assert init(str(tmp_path / "new"), *new, "https://github.com/kexie/kepu").exit_code == 0
    config = tmp_path / "new" / FOLDER / "config.yml"
    before = config.read_bytes()
    config.write_bytes(b"ours")
    again = init(str(tmp_path / "new"), "--cms", "sveltia")
    assert "没有改动：static/cms/config.yml" in again.stderr
    assert config.read_bytes() == b"ours"
    config.unlink()
    init(str(tmp_path / "new"), "--cms", "sveltia")
    assert config.read_bytes() == before
    done = init(str(tmp_path / "new"), *new, "https://github.com/kexie/other")
    assert (done.exit_code, "config.yaml" in done.stderr) == (2, True)
