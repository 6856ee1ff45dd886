"""What a site theme may rely on: whatever its templates show is escaped as Jinja escapes it."""

from __future__ import annotations

from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup

from almanac.render.templates import ThemeEnvironment

# Values are shown at once, by a macro, by a block that is kept, joined to others, and where nothing is escaped.
SHOWN = """{{ value }}
{% macro bold(one) %}<b>{{ one }}</b>{% endmacro %}{{ bold(value) }}{{ bold(bold(value)) }}
{% set kept %}<i>{{ value }}</i>{% endset %}{{ kept }}
{{ "<" ~ value }}
{% autoescape false %}{{ value }}{% endautoescape %}
{% filter upper %}{{ value }}{% endfilter %}"""


class Tricky(StrEnum):
    """Text that is not of the plain type."""

    TAG = "<script>"


class Drawn:
    """What says itself how it is shown."""

    def __html__(self) -> str:
        return "<svg/>"

    def __str__(self) -> str:
        return "<never shown>"


texts = st.text(st.sampled_from("<>&\"'科普a "))
values = st.one_of(
    texts,
    texts.map(Markup),
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(),
    st.just(Tricky.TAG),
    st.just(Drawn()),
    st.lists(texts),
)
ours, library = (made(autoescape=True, trim_blocks=True).from_string(SHOWN) for made in (ThemeEnvironment, Environment))


@given(values)
def test_what_is_shown_is_escaped_as_jinja_escapes_it(value: object) -> None:
    assert ours.render(value=value) == library.render(value=value)


def test_what_is_shown_is_escaped_by_us() -> None:
    """The test above compares nothing, where Jinja makes the code of both."""
    asked: list[object] = []

    class Watched(ThemeEnvironment):
        @staticmethod
        def shown(value: object) -> str:
            asked.append(value)
            return ThemeEnvironment.shown(value)

    assert Watched(autoescape=True).from_string("{{ value }}").render(value="<") == "&lt;"
    assert asked == ["<"]
