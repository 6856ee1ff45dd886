"""Turns pages into bytes. A page's renderer (`html:event.html`) names a module of this folder and its argument.

A renderer module has `render(site, view, argument) -> bytes`. All that it reads of the site is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import isfunction
from typing import Any, Protocol, cast

from almanac.core.problems import Problem
from almanac.incremental import page
from almanac.incremental.queries import Argument
from almanac.model.site import Site
from almanac.site.pages import view_name

PACKAGE = "almanac."


class Renderer(Protocol):
    """The functions of a renderer module."""

    def render(self, site: Site, view: Any, argument: str) -> bytes:
        """The bytes of a page. Raises BrokenPage."""

    def template_problems(self, site: Site) -> tuple[Problem, ...]:
        """The problems of templates, found before anything is rendered; only `html` has this."""


class BrokenPage(Exception):  # noqa: N818 - named after what is wrong
    """A page that cannot be rendered."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@cache  # imported modules do not change
def renderer(kind: str) -> Renderer:
    """The renderer module of a kind, imported when the first page needs it."""
    return cast("Renderer", import_module(f"{__name__}.{kind}"))


@cache  # likewise
def view_function(name: str) -> Callable[..., Any]:
    """The function of a page's view, `module:name`. Raises LookupError.

    The name may come from a cache that somebody else has made. So only modules of the engine and outputs of the site
    are loaded, and only functions that they define are found.
    """
    module, _, function = name.partition(":")
    found = getattr(import_module(module), function, None) if module.startswith(PACKAGE) else None
    if not isfunction(found) or view_name(found) != name:
        raise LookupError(name)
    return found


@page()
def rendered(site: Site, name: str, view: str, *args: Argument) -> bytes:
    """The bytes of a page, given by its renderer, its view and the view's arguments."""
    kind, _, argument = name.partition(":")
    return renderer(kind).render(site, view_function(view)(site, *args), argument)
