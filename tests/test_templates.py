"""The filters and the environment of templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from almanac.content.config import Feeds, Footer
from almanac.core.messages import catalogue_files
from almanac.render.templates import make_environment
from almanac.site.settings import Settings


def rendered(folder: Path, source: str, name: str = "page.html", language: str = "en", **values: object) -> str:
    (folder / name).write_text(source, encoding="utf-8")
    settings = Settings(
        title="科普历",
        description="",
        base_url="https://kepu.example/",
        language=language,
        timezone="Asia/Shanghai",
        uid_host="kepu.example",
        feeds=Feeds(),
        footer=Footer(),
        templates=(folder,),
        messages=catalogue_files(language),
    )
    return make_environment(settings).get_template(name).render(**values)


@pytest.mark.parametrize(
    ("name", "shown"), [("page.html", "&lt;b&gt;"), ("map.xml", "&lt;b&gt;"), ("robots.txt", "<b>")]
)
def test_values_are_escaped_in_html_and_xml_alone(tmp_path: Path, name: str, shown: str) -> None:
    assert rendered(tmp_path, "{{ value }}", name, value="<b>") == shown


def test_a_message_may_hold_markup_and_its_values_may_not(tmp_path: Path) -> None:
    source = """{{ _("<i>50%%</i>") }} {{ _("<i>%(name)s</i>", name=value) }}"""
    assert rendered(tmp_path, source, value="<b>") == "<i>50%</i> <i>&lt;b&gt;</i>"


def test_messages_are_translated(tmp_path: Path) -> None:
    assert rendered(tmp_path, """{{ _("Organiser") }}""", language="zh-CN") == "主办单位"


def test_a_macro_that_runs_once_gives_each_value_its_own_result(tmp_path: Path) -> None:
    macro = "{% macro bold(one) %}<b>{{ one }}</b>{% endmacro %}"
    source = macro + "{% for one in values %}{{ bold|once(one) }}{% endfor %}"
    assert rendered(tmp_path, source, values=["a", "<", "a"]) == "<b>a</b><b>&lt;</b><b>a</b>"


def test_an_undefined_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{{ vale }}")
