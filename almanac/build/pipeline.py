"""THE PIPELINE: files -> records -> catalogue -> views -> pages -> output/. Read `Builder.steps`.

`build`, `check` and `serve` are one driver; they differ in how long they keep the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from almanac import advice
from almanac.build.choosing import Choice, Wanted, choose, obsolete_files
from almanac.build.compression import stage_forms
from almanac.build.feed_sizes import too_large
from almanac.build.last_build import LastBuild
from almanac.build.options import Options
from almanac.build.places import Busy, being_built, locked, misleading, misplaced, trusted_cache
from almanac.build.problems import fatal_problems, is_sound, problems, unmade
from almanac.build.publishing import (
    PathConflict,
    Published,
    Report,
    Staged,
    Unsaved,
    altered,
    clear_staging,
    publish,
    remove_staging,
    stage,
    unwritable,
)
from almanac.build.vanishing import vanishing
from almanac.content import queries as inputs
from almanac.content.config import Config
from almanac.content.history import begin_history_state
from almanac.content.inputs import Copies, Files, Given, Themes
from almanac.content.records import kinds
from almanac.content.sources import ADVICE, OUTPUTS
from almanac.core.digests import digest, engine_version
from almanac.core.git import GitFailed
from almanac.core.problems import Problem, Text, error_count, text
from almanac.core.timing import Progress, silently, timed_stage
from almanac.incremental import Damaged, Input, Query, Store, run_all
from almanac.incremental.queries import Arguments
from almanac.model.labels import EVENTS
from almanac.model.site import Site
from almanac.render import BrokenPage, rendered

PACKAGE = "almanac."
GIVEN = (inputs.now, inputs.base_url, inputs.hashed, inputs.commit)
MANY, FEW = 400, 8  # files from which on several processes are faster: of one event, or assembled of many parts


def build(
    options: Options, progress: Progress = silently, tell: Callable[[Text], None] = lambda _: None
) -> tuple[Report | None, list[Problem]]:
    """Builds a site: what was published, if anything, and every problem.

    `progress` sees all pages go by; `tell` hears that another build must end first.
    """
    if found := list(misplaced(options.root, options.output, options.cache)):
        return None, found
    waiting = text("{what} This one waits for its end.", what=being_built(options.output))
    try:
        with (
            locked(options.output, (lambda: tell(waiting)) if options.wait else None),
            trusted_cache(options.root, options.cache) as (cache, found),
        ):
            options = replace(options, cache=cache)
            with closing(Builder(options, store_of(options))) as builder:
                report, problems = builder.build(options, progress=progress)
            return report, [*found, *problems]
    except Busy as busy:
        return None, [busy.problem]
    except OSError as error:
        return None, [unwritable(error, options.output, options.cache)]


def store_of(options: Options) -> Store:
    """The store of an output folder, of which several may share a cache. Raises OSError."""
    name = digest(str(options.root.resolve()).encode(), str(options.output.resolve()).encode())[:16]
    store = Store(options.cache / f"graph-{name}.sqlite", engine_version(options.root / OUTPUTS, options.root / ADVICE))
    if options.clean:
        store.clear()
    return store


def reject(store: Store | None) -> bool:
    """Gives up a store that held something before this process. Returns whether there was one."""
    if store is None or store.is_new:
        return False
    store.reject()
    return True


class Builder:
    """The driver: a site with its graph, and what is published of it."""

    def __init__(self, options: Options, store: Store | None) -> None:
        self._begin(options, store)

    def _begin(self, options: Options, store: Store | None) -> None:
        """Takes over what the store knows."""
        self.store = store
        self.fatal = False
        self.last = LastBuild(store, options.output)
        self.files = Files(options.root, self.last.files)
        self.themes = Themes(options.root)
        self.unfetched: list[Problem] = []
        self.given = {one.name: Given(None) for one in GIVEN}
        sources: dict[str, Any] = {
            inputs.source.name: self.files,
            inputs.asset.name: self.files,
            inputs.site_theme.name: self.themes,
            inputs.tree.name: self.files.tree,
            inputs.other_site.name: Copies(options.cache),
            **self.given,
        }
        self.site = Site(options.root, sources, find_query, store, advice.names())

    def build(
        self, options: Options, changed: Collection[Path] | None = None, progress: Progress = silently
    ) -> tuple[Report | None, list[Problem]]:
        """Builds the site: what was published, if anything, and every problem.

        `changed` are the only files that may have changed, where that is known; None has everything looked at.
        """
        try:
            return self.steps(options, changed, progress)
        except Damaged:  # the store is rebuilt, never trusted
            return self._build_anew(options, progress)
        except Exception as error:
            if not reject(self.store):
                raise
            report, problems = self._build_anew(options, progress)
            return report, [misleading(error, options.cache), *problems]

    def _build_anew(self, options: Options, progress: Progress) -> tuple[Report | None, list[Problem]]:
        """Builds with a store of its own, in place of one that is damaged."""
        self.close()
        self._begin(options, store_of(options))
        return self.steps(options, None, progress)

    def close(self) -> None:
        """Closes the store."""
        if self.store:
            self.store.close()

    def steps(
        self, options: Options, changed: Collection[Path] | None, progress: Progress
    ) -> tuple[Report | None, list[Problem]]:
        """The steps of a build, in their order. Raises Damaged if the store turns out to be damaged."""
        with timed_stage(text("Reading files")):
            self.look(options, changed, progress)
            self.gather(options, fetch=changed is None)
        with timed_stage(text("Linking")):
            found = [*self.problems(), *self.unfetched]
        if self.fatal or (error_count(found) and not options.keep_going):
            return None, located_problems(found, options.root)
        try:
            with timed_stage(text("Choosing what to make")):
                altered_files = altered(self.last.published, options.output) if changed is None else set()
                choice = choose(self.site, self.last, altered_files, preview=options.preview)
                allowed, incomplete = options.allow_removals, bool(error_count(found))
                lost = vanishing(self.site, self.last, choice.obsolete, allow_removals=allowed, incomplete=incomplete)
            found += lost
            found += [] if self.last.published else unmade(self.site)  # said once: by the first build
            if error_count(lost):
                return None, located_problems(found, options.root)
            with timed_stage(text("Making pages")):
                staged = self.render(choice, options, progress)
            with timed_stage(text("Publishing")):
                report = self.publish(staged, choice, options)
        except (BrokenPage, PathConflict) as error:
            return None, located_problems([*found, error.problem], options.root)
        except OSError as error:  # a full disk, a folder that may not be written
            return None, [*located_problems(found, options.root), unwritable(error, options.output, options.cache)]
        finally:
            remove_staging(options.output)
        return report, located_problems([*found, *too_large(report.sizes)], options.root)

    def look(self, options: Options, changed: Collection[Path] | None = None, progress: Progress = silently) -> None:
        """Looks at the inputs, and runs whatever has read a changed one."""
        commit = begin_history_state(options.root)
        paths = self.files.look_again(changed) if changed is not None else None
        looked = self.files.look() if paths is None else paths
        self.given["now"].value = options.now.isoformat()
        self.given["base_url"].value = options.base_url
        self.given["hashed"].value = not options.preview
        self.given["commit"].value = commit()
        every: list[tuple[Input, Arguments]] = [(inputs.source, (path,)) for path in looked]
        every += [(inputs.asset, (path,)) for path in looked]
        every += [(one, ()) for one in (inputs.tree, *GIVEN)]
        if paths is None:
            every += [(inputs.site_theme, (name,)) for name in {self._theme_name(), *self.themes.known}]
        self._parse(looked, options.jobs, progress)
        self.site.graph.update(every)

    def gather(self, options: Options, *, fetch: bool) -> None:
        """Takes in the events of other sites: those of the last good copies, which `fetch` brings up to date."""
        config = inputs.checked_config(self.site)
        sources = config.sources if isinstance(config, Config) else {}
        if fetch or not sources:
            self.unfetched = []
        if sources and fetch:
            from almanac.build.gathering import fetch_all  # it loads the client of HTTP, which few sites need

            self.unfetched = fetch_all(sources, options.root, options.cache, allow_removals=options.allow_removals)
        self.site.graph.update([(inputs.other_site, (one.url,)) for one in sources.values()])

    def problems(self) -> list[Problem]:
        """Everything that is wrong; `fatal` tells whether nothing can be planned."""
        found = fatal_problems(self.site)
        self.fatal = bool(found)
        try:
            return found or ([] if is_sound(self.site) else list(problems(self.site)))
        except GitFailed as error:  # without a history events would get new UIDs
            self.fatal = True
            return [error.problem]

    def render(self, choice: Choice, options: Options, progress: Progress = silently) -> list[Staged]:
        """Renders files into the staging folder. Raises BrokenPage."""
        clear_staging(options.output)
        work = partial(_render, self.site, options.output, self.last.published)
        graph, wanted, large = self.site.graph, choice.wanted, choice.large

        def made() -> Iterator[tuple[Staged, ...]]:
            yield from run_all(graph, wanted, work, options.jobs)
            yield from run_all(graph, large, work, options.jobs, worth=FEW if len(wanted) > MANY else MANY)

        return list(chain.from_iterable(progress(made(), len(wanted) + len(large))))

    def publish(self, staged: list[Staged], choice: Choice, options: Options) -> Report:
        """Publishes what is staged, then saves what the next build must know. Raises PathConflict, OSError, Unsaved."""
        graph, last = self.site.graph, self.last
        obsolete = obsolete_files(choice, last, staged)
        nodes = {one.node for file, one in last.published.items() if file in obsolete}
        report = publish(staged, last.published, obsolete, options.output, last.announce)
        graph.stale.difference_update([one.published.node for one in staged])
        graph.forget(nodes - {one.node for one in last.published.values()})
        try:
            last.save(self.site, choice.plan, self.files.known)
        except OSError as error:
            raise Unsaved(error.errno, error.strerror, error.filename) from error
        return report

    def _parse(self, paths: list[str], jobs: int, progress: Progress) -> None:
        """Parses new files, in several processes where they are many."""
        graph, found = self.site.graph, self.files.tree.value
        sources = {path for kind in kinds() for path in found.of(kind)}  # type: ignore[attr-defined]  # a Tree
        new = [path for path in paths if path in sources and not graph.knows(inputs.outcome, (path,))]
        graph.update([(inputs.source, (path,)) for path in new])  # one that has come back is known to be missing
        for _ in progress(run_all(graph, new, partial(_parse_one, self.site), jobs), len(new)) if new else ():
            pass

    def _theme_name(self) -> str:
        """The name of the theme that was read last."""
        found = inputs.checked_config(self.site)
        return "default" if isinstance(found, list) else found.site_theme


def _parse_one(site: Site, path: str) -> None:
    (inputs.metadata if inputs.kind_of(path) == EVENTS else inputs.outcome)(site, path)


def _render(site: Site, output: Path, published: dict[str, Published], wanted: Wanted) -> tuple[Staged, ...]:
    """A file, and its compressed forms."""
    graph = site.graph
    content = graph.read(rendered, wanted.args)
    one = stage(graph.id(rendered, wanted.args), content, wanted.file, output)
    return (one, *stage_forms(one, content, wanted.forms, published, output))


def find_query(name: str) -> Query[Any, Any] | Input:
    """The query or input of a name in the store. Only the engine's own are found. Raises LookupError."""
    module, _, function = name.partition(":")
    if function and not module.startswith(PACKAGE):
        raise LookupError(name)
    try:
        found = getattr(import_module(module) if function else inputs, function or name)
    except (ImportError, AttributeError) as error:
        raise LookupError(name) from error
    if not isinstance(found, Query | Input):
        raise LookupError(name)  # noqa: TRY004 - a name that no graph stores
    return found


def located_problems(found: list[Problem], root: Path) -> list[Problem]:
    """The problems with their places in files."""
    if not found:
        return []
    from almanac.content.located import located  # it loads PyYAML, which a sound build does not need

    return located(found, root)
