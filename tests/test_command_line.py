"""The command line as its users see it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sites import REPOSITORY, Site

from almanac.build.options import Options
from almanac.build.pipeline import Builder, store_of
from almanac.cli.app import main
from almanac.cli.reports import translator
from almanac.content.parse import json_schema
from almanac.content.records import kinds
from almanac.core.problems import reason_of, text


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, REPOSITORY / "site.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        cwd=REPOSITORY,
    )


def test_build_sums_up_and_exits_with_0(site: Site) -> None:
    done = run("--root", site.root, "--lang", "en", "build", "--now", "2027-03-01T09:00")
    assert done.returncode == 0, done.stderr
    assert "written, 0 unchanged, 0 removed" in done.stderr
    assert (site.output / "index.html").is_file()


def test_problems_exit_with_1_without_a_traceback(site: Site) -> None:
    site.event("bad", start="2027-02-31")
    done = run("--root", site.root, "build")
    assert done.returncode == 1
    assert "content/events/bad.md:3: 错误" in done.stderr
    assert "Traceback" not in done.stderr
    assert not site.output.exists()


def test_check_reports_as_text_json_and_workflow_commands(site: Site) -> None:
    site.event("bad", theme="skies")
    output = {
        form: run("--root", site.root, "--lang", "en", "check", "--format", form) for form in ("text", "json", "github")
    }
    assert {done.returncode for done in output.values()} == {1}
    assert "content/events/bad.md:4: error: “skies” is not known among the themes." in output["text"].stdout
    assert json.loads(output["json"].stdout)["errors"] == 1
    assert "::error file=content/events/bad.md,line=4,col=8,endColumn=12::" in output["github"].stdout


def test_check_reports_all_mistakes_of_a_file_in_one_run(site: Site) -> None:
    site.write(
        "content/events/eight.md",
        "---\ntitle：看云\nstart: 2027年3月10日 下午2点\nend: 2027-03-10 16：00\n"
        "venue: 小城图书馆\norganiser: [市科协，某某社]\n"
        "theme: [气象]\naudience:\n\t- 青少年\nfee：免费\n状态: 取消\n\n带上望远镜。\n",
    )
    done = run("--root", site.root, "check", "--now", "2027-03-01", "--format", "json")
    problems = [one for one in json.loads(done.stdout)["problems"] if one["path"] == "content/events/eight.md"]
    assert [problem["line"] for problem in problems] == [2, 3, 4, 6, 9, 10, 11, 11, 11]
    assert [problem["hint"] for problem in problems if problem["line"] in {6, 11}] == [
        "新建文件 content/organisers/市科协，某某社.md，或改正名称。",
        "在第 11 行之后加一行三个连字符（---）。",
        "改成：status: cancelled",
        "改成：status: cancelled",
    ]


def test_check_refuses_a_file_that_does_not_exist(site: Site) -> None:
    done = run("--root", site.root, "check", "content/events/nowhere.md")
    assert done.returncode == 2
    assert "没有文件 content/events/nowhere.md。" in done.stderr
    assert done.stdout == ""


def test_check_of_named_files_shows_their_warnings_and_every_error(site: Site) -> None:
    site.event("short", "来。")
    for file in (site.root / "content/events/short.md", "content/events/short.md"):
        output = run("--root", site.root, "--lang", "en", "check", "--now", "2027-03-01", file)
        assert (output.returncode, output.stdout.count("warning:")) == (0, 1)
        assert "6 more warnings concern other files." in output.stderr
    assert run("--root", site.root, "check", "--now", "2027-03-01", "--strict", "content/themes/sky.md").returncode == 0
    assert run("--root", site.root, "check", "--now", "2027-03-01", "--strict").returncode == 1
    site.event("bad", theme="skies")
    assert (
        "content/events/bad.md:4: error:"
        in run("--root", site.root, "--lang", "en", "check", "content/events/short.md").stdout
    )


WRONG_USAGE = [
    ("bild", "没有子命令 bild。是不是想写“build”？", "There is no verb bild. Did you mean “build”?"),
    ("check --formt", "没有选项 --formt。是不是想写“--format”？", "There is no option --formt."),
    ("check --format xml", "--format：请写 text, json, github 之一。", "write one of text, json, github."),
    ("check --strict=1", "--strict 后面不写值。", "--strict takes no value."),
    ("check --now", "--now 后面还缺一个值。", "--now takes a value, which is missing."),
    ("build --now tomorrow", "--now：请写一个时刻", "write a moment such as 2026-12-05T14:00"),
    ("build --jobs all", "--jobs：请写不小于 1 的整数。", "write a whole number from 1 on."),
    ("import", "还缺 FILE。", "FILE is missing."),
    ("import none.xlsx", "没有文件 none.xlsx。", "There is no file none.xlsx."),
    ("import a.xlsx --year 3", "--year：请写 1950 到 2100 的整数。", "from 1950 to 2100."),
    ("export tests", "FILE：请写文件名，不要写文件夹。", "write the name of a file, and not of a folder."),
    ("export a.csv --year last", "--year：请写一个整数。", "write a whole number."),
    ("schema events more", "这里多写了内容。", "There are more words here than this verb takes."),
    ("--root nowhere check", "--root：请写一个已有的文件夹。", "the name of a folder that exists."),
    ("--root tests", "还缺一个子命令。", "A verb is missing."),
]


@pytest.mark.parametrize(("line", "chinese", "english"), WRONG_USAGE)
def test_wrong_usage_is_explained_in_the_language_of_the_command(line: str, chinese: str, english: str) -> None:
    for language, words in (("zh-CN", chinese), ("en", english)):
        done = CliRunner(env={"ALMANAC_LANG": language}).invoke(main, line.split())
        assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_an_unwritable_folder_is_a_problem(site: Site) -> None:
    site.write("output", "a file where the folder should be")
    done = run("--root", site.root, "--lang", "en", "build")
    assert done.returncode == 1
    assert "This cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_reasons_of_the_system_are_given_in_the_language_of_the_command() -> None:
    full = text(
        "This cannot be written ({reason}).", reason=reason_of(OSError(errno.ENOSPC, "No space left on device"))
    )
    assert full.show(translator("zh-CN")) == "无法写入（磁盘已满）。"
    assert reason_of(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe", "a rare reason keeps the system's words"


def test_missing_dependencies_are_reported_with_the_command_that_installs_them() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", REPOSITORY / "site.py", "build"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "make site" in done.stderr


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_a_schema_from_its_declaration(kind: str) -> None:
    from jsonschema import Draft202012Validator

    schema = json_schema(kinds()[kind].fields)
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all("title" in one and "description" in one for one in schema["properties"].values())


def test_help_is_chinese_by_default_and_english_on_request() -> None:
    def told(*arguments: str) -> str:
        command = [sys.executable, "site.py", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=REPOSITORY, encoding="utf-8"
        ).stdout

    chinese = told("--help")
    for words in ("用法：", "选项", "命令", "check", "列出全部错误和提醒", "显示这份说明"):
        assert words in chinese
    assert "只有提醒时也以 1 结束。" in told("check", "--help")
    english = told("--lang", "en", "check", "--help")
    assert "Ends with 1 for warnings too." in english
    assert not any("\u4e00" <= character <= "\u9fff" for character in english)


@contextmanager
def serving_builder(site: Site) -> Iterator[tuple[Builder, Options]]:
    """The driver as `serve` keeps it: one for many builds."""
    options = site.options()
    builder = Builder(options, store_of(options))
    yield builder, options


def test_files_saved_while_it_serves_equal_a_build(site: Site) -> None:
    file = site.root / "content/events/talk.md"
    edits: tuple[Callable[[], None], ...] = (
        lambda: site.event("talk", body="一。"),
        lambda: site.event("talk", body="二。"),
        lambda: site.event("talk", body="三。", title="新题"),
        lambda: site.event("talk", body="四。", title="新题"),
        lambda: site.event("folder/other"),
        lambda: site.event("talk", start="2027-02-31"),
        lambda: site.event("talk", body="五。", title="新题"),
        file.unlink,
    )
    with serving_builder(site) as (builder, options):
        builder.build(options)
        for edit in edits:
            edit()
            builder.build(options, [file, site.root / "content/events/folder"])
    clean = site.copy(site.root.parent / "clean")
    clean.build()
    assert site.files() == clean.files()


def test_a_serving_builder_knows_the_saved_words_of_a_draft(site: Site) -> None:
    site.event("plan", draft="true")
    with serving_builder(site) as (builder, options):
        builder.build(options)
        for title in ("旧的", "新的"):
            site.event("plan", title=title, draft="true")
            builder.build(options, [site.root / "content/events/plan.md"])
            assert [draft.fields.title for draft in builder.site.drafts if draft.key == "plan"] == [title]


def test_a_serving_builder_knows_the_saved_bodies(site: Site) -> None:
    site.event("talk")
    with serving_builder(site) as (builder, options):
        builder.build(options)
        for body in ("旧的。", "新的。"):
            site.event("talk", body=body)
            builder.build(options, [site.root / "content/events/talk.md"])
            assert builder.site.event("talk").body.strip() == body


def test_a_file_that_comes_back_is_read_again_although_no_build_was_possible_meanwhile(site: Site) -> None:
    site.event("talk")
    site.event("bad", start="2027-02-31")
    with serving_builder(site) as (builder, options):
        builder.build(options)
        site.delete("content/events/talk.md")
        builder.build(options)
        site.event("talk", title="新题")
        builder.build(options)
        site.delete("content/events/bad.md")
        builder.build(options)
    assert "新题" in site.page("/events/talk/")


def test_an_edit_is_seen_although_a_file_comes_or_goes_in_the_same_burst(site: Site) -> None:
    talk, other = (site.root / f"content/events/{name}.md" for name in ("talk", "other"))
    site.event("talk")
    with serving_builder(site) as (builder, options):
        builder.build(options)
        site.event("talk", title="新题")
        site.event("other")
        builder.build(options, [talk, other])
        assert "新题" in site.page("/events/talk/")
        site.event("talk", title="又一题")
        other.unlink()
        builder.build(options, [talk, other])
        assert "又一题" in site.page("/events/talk/")
