"""The Jinja environment of a site: its templates, filters, tests and globals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from almanac.core.messages import gettext_of, translations
from almanac.core.problems import Translate
from almanac.render.filters import filters, tests
from almanac.site.dates import MONTHS, WEEKDAYS, short_months
from almanac.site.settings import Settings
from almanac.site.views import MOST_CARDS

AUTOESCAPED = ("html", "xml")
MOST_ENVIRONMENTS = 8  # one makes scripts, and one the pages of each language; `serve` uses the newest ones only
NO_ADDRESSES: Mapping[str, str] = MappingProxyType({})


class ClosedEnvironment(SandboxedEnvironment):
    """An environment whose templates cannot reach Python, nor files by the paths that the settings hold."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not isinstance(obj, PurePath) and super().is_safe_attribute(obj, attr, value)


def make_environment(settings: Settings, hashed: Mapping[str, str] = NO_ADDRESSES) -> Environment:
    """A new environment for these settings. Templates compile when they are first used, and only in memory.

    `hashed` are the addresses by which pages name static files, by those that stay.
    """
    kind = ClosedEnvironment if settings.sandbox else Environment
    made = kind(
        loader=FileSystemLoader([str(folder) for folder in settings.templates]),
        autoescape=select_autoescape(AUTOESCAPED, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,  # a changed template has an environment of its own
        cache_size=-1,
    )
    gettext = gettext_of(settings.language, settings.messages)
    ngettext = translations(settings.language, settings.messages).ngettext
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}  # a third of the bytes of Chinese
    made.globals |= {
        "_": _translate_as_markup(gettext),
        "site": settings,
        "weekday_names": [text.message for text in WEEKDAYS],
        "month_names": [text.message for text in MONTHS],
        "short_months": short_months(gettext),
    }
    made.filters |= filters(settings, gettext, hashed)
    # The cache of `once` is keyed by the macro and its values; a changed template has new macros.
    made.filters["once"] = lru_cache(MOST_CARDS * 2)(_call)
    made.tests |= tests(settings)
    return made


@lru_cache(MOST_ENVIRONMENTS)
def environment(settings: Settings, templates: bytes, hashed: tuple[tuple[str, str], ...]) -> Environment:
    """The environment for these settings, one for each state of the templates, whose digest is `templates`.

    `hashed` are pairs of addresses of static files. Jinja itself would not notice a new template that takes the place
    of one that another folder holds.
    """
    del templates
    return make_environment(settings, dict(hashed))


def _translate_as_markup(gettext: Translate) -> Callable[..., Markup]:
    """`_("…", name=value)` in a template: the message is trusted, values are escaped."""

    @cache
    def fixed(message: str) -> Markup:
        return Markup(gettext(message)) % {}  # noqa: S704 - messages are ours

    def translated(message: str, **values: object) -> Markup:
        return Markup(gettext(message)) % values if values else fixed(message)  # noqa: S704 - messages are ours

    return translated


def _call(macro: Callable[..., Any], *arguments: Any) -> Any:
    """Runs the macro: `macro|once(…)` in a template caches its result by its arguments."""
    return macro(*arguments)


def source_of(used: Environment, name: str) -> str:
    """The text of a template. Raises TemplateNotFound."""
    if used.loader is None:
        raise TemplateNotFound(name)
    return used.loader.get_source(used, name)[0]
