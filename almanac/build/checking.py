"""A site with every problem, without building anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TypeVar

from msgspec.structs import replace

from almanac.build.options import Options
from almanac.build.pipeline import Builder, located_problems, reject, store_of
from almanac.build.places import misleading, trusted_cache
from almanac.core.problems import Problem
from almanac.incremental import Damaged
from almanac.model.site import Site

Made = TypeVar("Made")


@contextmanager
def check(options: Options) -> Iterator[tuple[Site | None, list[Problem]]]:
    """The site with every problem; no site where its config or site theme cannot be read. Builds nothing.

    The site can be read within the block. That raises Damaged if the store turns out to be damaged; it is gone then.
    """
    with ExitStack() as stack:
        cache, distrusted = stack.enter_context(trusted_cache(options.root, options.cache))
        options = replace(options, cache=cache)
        try:
            builder = stack.enter_context(
                closing(Builder(options, store_of(options) if options.cache.is_dir() else None))
            )
            found = _looked(builder, options)
        except (OSError, Damaged):
            builder = Builder(options, None)
            found = _looked(builder, options)
        except Exception as error:
            if not reject(builder.store):
                raise
            builder = Builder(options, None)
            found = [misleading(error, cache), *_looked(builder, options)]
        yield (None if builder.fatal else builder.site), [*distrusted, *found]


def checked(options: Options, use: Callable[[Site | None, list[Problem]], Made]) -> Made:
    """What `use` makes of the site and the problems of `check`.

    A store that turns out to be damaged, or makes `use` fail, is removed and `use` called once more: it must not write
    anything.
    """
    try:
        with check(options) as (site, problems):
            try:
                return use(site, problems)
            except Exception as error:
                if isinstance(error, Damaged) or not (site and reject(site.graph.store)):
                    raise
                wrong = [misleading(error, options.cache)]
    except Damaged:
        wrong = []
    with check(options) as (site, problems):  # the store is gone now
        return use(site, [*wrong, *problems])


def _looked(builder: Builder, options: Options) -> list[Problem]:
    builder.look(options)
    builder.gather(options, fetch=False)
    return located_problems(builder.problems(), options.root)
