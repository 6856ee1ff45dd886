"""The Jinja environment of a site: where its templates are found, and what they see besides the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, select_autoescape
from markupsafe import Markup

from almanac.core.messages import gettext_of, translations
from almanac.core.problems import Translate
from almanac.render.filters import filters, tests
from almanac.site.dates import MONTHS, WEEKDAYS
from almanac.site.settings import Settings
from almanac.site.views import MOST_CARDS

AUTOESCAPED = ("html", "xml")


def make_environment(settings: Settings) -> Environment:
    """A new environment for these settings. Templates compile when they are first used, and only in memory."""
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in settings.templates]),
        autoescape=select_autoescape(AUTOESCAPED, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.i18n"],
        auto_reload=True,
        cache_size=-1,
    )
    gettext = gettext_of(settings.language, settings.messages)
    ngettext = translations(settings.language, settings.messages).ngettext
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    made.globals |= {
        "_": _translate_as_markup(gettext),
        "site": settings,
        "weekday_names": [text.message for text in WEEKDAYS],
        "month_names": [text.message for text in MONTHS],
    }
    made.filters |= filters(settings, gettext)
    made.filters["once"] = lru_cache(MOST_CARDS * 2)(_call)
    made.tests |= tests(settings)
    return made


environment = cache(make_environment)


def _translate_as_markup(gettext: Translate) -> Callable[..., Markup]:
    """`_("…", name=value)` in a template: the message is trusted, values are escaped."""

    @cache
    def fixed(message: str) -> Markup:
        return Markup(gettext(message)) % {}  # noqa: S704 - messages are ours

    def translated(message: str, **values: object) -> Markup:
        return Markup(gettext(message)) % values if values else fixed(message)  # noqa: S704 - messages are ours

    return translated


def _call(macro: Callable[..., Any], *arguments: Any) -> Any:
    """`macro|once(…)` in a template: the result is remembered, and the macro is not run again for equal values."""
    return macro(*arguments)


def source_of(settings: Settings, name: str) -> str:
    """The text of a template. Raises TemplateNotFound."""
    loader = environment(settings).loader
    if loader is None:
        raise TemplateNotFound(name)
    return loader.get_source(environment(settings), name)[0]
