"""THE PIPELINE: files -> records -> catalogue -> views -> pages -> output/. Read `Builder.steps`.

`build`, `check` and `serve` are one driver; they differ in how long they keep the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from almanac import advice
from almanac.build.compression import form_stands, forms_of, page_file, stage_forms
from almanac.build.feed_sizes import too_large
from almanac.build.places import Busy, being_built, locked, misplaced, trusted_cache
from almanac.build.problems import fatal_problems, is_sound, problems, unmade
from almanac.build.publishing import (
    JOURNAL,
    PathConflict,
    Published,
    Report,
    Staged,
    altered,
    clear_staging,
    close_journal,
    is_below,
    is_unfinished,
    publish,
    read_names,
    remove_staging,
    stage,
    write_names,
)
from almanac.content import queries as inputs
from almanac.content.config import Config
from almanac.content.history import begin_history_state
from almanac.content.inputs import KNOWN, Copies, Files, Given, Themes
from almanac.content.open_data import EVENTS_JSON
from almanac.content.records import kinds
from almanac.content.sources import ADVICE, OUTPUTS
from almanac.core.digests import digest, engine_version
from almanac.core.extras import can_compress
from almanac.core.git import GitFailed
from almanac.core.problems import Location, Problem, Text, error_count, reason_of, text
from almanac.core.timing import Progress, silently, timed_stage
from almanac.incremental import Damaged, Input, Query, Store, run_all
from almanac.incremental.queries import Arguments
from almanac.model.labels import EVENTS
from almanac.model.site import Site
from almanac.outputs import all_pages, listing, output_names
from almanac.render import BrokenPage, rendered
from almanac.site.pages import view_name
from almanac.site.register import Register, compared, published_register, register, shrinkage, vanishing_addresses

Made = TypeVar("Made")

PUBLISHED = msgspec.msgpack.Decoder(dict[str, Published])
PLAN = msgspec.msgpack.Decoder(bytes)
REGISTER = msgspec.msgpack.Decoder(Register)
PACKAGE = "almanac."
OPEN_DATA = EVENTS_JSON[1:]
GIVEN = (inputs.now, inputs.base_url, inputs.hashed, inputs.commit)
MANY, FEW = 400, 8  # files from which on several processes are faster: of one event, or assembled of many parts


class Options(msgspec.Struct, frozen=True):
    """What the command line asks for. `now` has a zone, or is local time of the site.

    `allow_removals` lets published entries and feeds vanish with a warning, and so does `keep_going` where it leaves
    out files that have errors. `wait` lets it wait while another build writes to `output`. Pages of a `preview` name
    static files by the addresses that stay, so that a changed style sheet changes none of them, and have no compressed
    forms.
    """

    root: Path
    output: Path
    cache: Path
    now: datetime
    base_url: str | None = None
    clean: bool = False
    keep_going: bool = False
    allow_removals: bool = False
    jobs: int = 1
    wait: bool = True
    preview: bool = False


class Unsaved(OSError):  # noqa: N818 - named after what is wrong
    """All files stand in `output/`, but what the next build must know of them could not be saved."""


class Wanted(msgspec.Struct, frozen=True):
    """A file that must be rendered, the arguments of `rendered` for it, and the forms in which it is compressed."""

    file: str
    args: Arguments
    forms: tuple[str, ...] = ()


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
        return None, [unwritable(error, options)]


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
        yield (None if builder.fatal else builder.site), [*distrusted, *found]


def checked(options: Options, use: Callable[[Site | None, list[Problem]], Made]) -> Made:
    """What `use` makes of the site and the problems of `check`.

    A store that turns out to be damaged is removed and `use` called once more, so `use` must not write anything.
    """
    try:
        with check(options) as (site, problems):
            return use(site, problems)
    except Damaged:  # the store is gone now
        with check(options) as (site, problems):
            return use(site, problems)


def _looked(builder: Builder, options: Options) -> list[Problem]:
    builder.look(options)
    builder.gather(options, fetch=False)
    return _located(builder.problems(), options.root)


def store_of(options: Options) -> Store:
    """The store of an output folder, of which several may share a cache. Raises OSError."""
    name = digest(str(options.root.resolve()).encode(), str(options.output.resolve()).encode())[:16]
    store = Store(options.cache / f"graph-{name}.sqlite", engine_version(options.root / OUTPUTS, options.root / ADVICE))
    if options.clean:
        store.clear()
    return store


class Builder:
    """The driver: a site with its graph, and what is published of it."""

    def __init__(self, options: Options, store: Store | None) -> None:
        self._begin(options, store)

    def _begin(self, options: Options, store: Store | None) -> None:
        """Takes over what the store knows."""
        self.store = store
        self.fatal = False
        known = _read(store, "files", KNOWN)
        self.plan: bytes | None = _read(store, "plan", PLAN)  # the digest of all pages that are published
        self.registered: bytes | None = _read(store, "registered", PLAN)  # the digest of the register
        published = _read(store, "published", PUBLISHED)
        if store and not store.empty and None in (known, self.plan, published):  # one of them has been lost
            store.clear()
        self.published: dict[str, Published] = published or {}
        self.left = read_names(options.output / JOURNAL) - self.published.keys()  # by a build that was killed
        if store is None or store.empty:  # of what has been published, only the names still count
            self.left |= self.published.keys() | (read_names(_names_of(store)) if store else set())
            known, self.plan, self.published = {}, None, {}
        self.files = Files(options.root, known or {})
        self.themes = Themes(options.root)
        self.unfetched: list[Problem] = []
        self.forms: tuple[str, ...] = ()  # in which texts are compressed
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
            return None, _located(found, options.root)
        try:
            with timed_stage(text("Choosing what to make")):
                wanted, large, obsolete = self.choose(options, changed)
                vanishing = self.vanishing(obsolete, options, incomplete=bool(error_count(found)))
            found += vanishing
            found += [] if self.published else unmade(self.site)  # said once: by the first build
            if error_count(vanishing):
                return None, _located(found, options.root)
            with timed_stage(text("Making pages")):
                staged = self.render(wanted, large, options, progress)
                made = {one.file for one in staged}
                former = {form for one in (*wanted, *large) for form in one.forms} & (self.published.keys() | self.left)
                obsolete = (obsolete | former) - made  # a file that has become small has no compressed forms
            with timed_stage(text("Publishing")):
                report = self.publish(staged, obsolete, options)
        except (BrokenPage, PathConflict) as error:
            return None, _located([*found, error.problem], options.root)
        except OSError as error:  # a full disk, a folder that may not be written
            return None, [*_located(found, options.root), unwritable(error, options)]
        finally:
            remove_staging(options.output)
        return report, _located([*found, *too_large(report.sizes)], options.root)

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

    def choose(self, options: Options, changed: Collection[Path] | None) -> tuple[list[Wanted], list[Wanted], set[str]]:
        """The files that must be rendered, those that are assembled of many parts, and those that must go."""
        graph = self.site.graph
        self.forms = () if options.preview else tuple(filter(can_compress, self.site.config.compress))
        stands_not = altered(self.published, options.output) if changed is None else set()
        if self._plan() == self.plan:
            return list(self._stale(stands_not)), [], self.left - self.published.keys()
        pages = {page.file.casefold(): page for page in reversed(all_pages(self.site))}  # the first keeps its address
        files = {page.file for page in pages.values()}
        kept = set(files)
        wanted: list[Wanted] = []
        large: list[Wanted] = []
        for page in reversed(pages.values()):
            file = page.file
            one = Wanted(file, (page.renderer, page.view, *page.args), forms_of(file, self.forms, files))
            kept.update(one.forms)
            node = graph.id(rendered, one.args)
            known = self.published.get(file)
            stands = (
                known is not None
                and known.node == node
                and all(form_stands(form, known, self.published) for form in one.forms)
            )
            if not stands or node in graph.stale or not stands_not.isdisjoint((file, *one.forms)):
                (large if page.large else wanted).append(one)
        return wanted, large, (self.published.keys() | self.left) - kept

    def _stale(self, stands_not: AbstractSet[str]) -> Iterator[Wanted]:
        """The files to render where the list of pages is that of the last build. Raises Damaged."""
        graph, published = self.site.graph, self.published
        altered_pages = {page_file(file, published) for file in stands_not}
        pages = {file for file in published if page_file(file, published) == file} if self.forms else published.keys()
        for file in pages:
            node = published[file].node
            if node in graph.stale or file in altered_pages:
                args = graph.arguments(rendered, node)
                if self.store and not (args and is_below(file)):  # no build has published it
                    raise self.store.reject()
                yield Wanted(file, args, forms_of(file, self.forms, pages))

    def vanishing(self, obsolete: set[str], options: Options, *, incomplete: bool) -> list[Problem]:
        """What subscribers would lose by this build.

        No error if the site is `incomplete` for errors in its files, unless much of it would go.
        """
        same = self.site.graph.digest(register, ()) == self.registered
        found = [] if same else compared(self._last_register(options), self.site)
        found += vanishing_addresses(file for file in obsolete if not self._was_over(file))
        if options.allow_removals or incomplete:
            found = [replace(one, severity="warning") for one in found]
        return found if options.allow_removals else [*found, *shrinkage(self.published, obsolete)]

    def _last_register(self, options: Options) -> Register:
        """The register of what was published last; without a store, as far as `output/` tells; else empty."""
        data = self.store.document("register") if self.store else None
        try:
            return REGISTER.decode(data) if data else published_register((options.output / OPEN_DATA).read_bytes())
        except (OSError, ValueError):  # nothing is there, or another version wrote it
            return Register("", {})

    def _was_over(self, file: str) -> bool:
        """Whether a file is the page of a deleted event, which goes when the event is over."""
        from almanac.outputs.withdrawn import withdrawn_view  # all outputs are loaded where a page has gone

        known = self.published.get(file)
        return known is not None and view_name(withdrawn_view) in self.site.graph.arguments(rendered, known.node)

    def render(
        self, wanted: list[Wanted], large: list[Wanted], options: Options, progress: Progress = silently
    ) -> list[Staged]:
        """Renders files into the staging folder. Raises BrokenPage."""
        clear_staging(options.output)
        work = partial(_render, self.site, options.output, self.published)
        graph = self.site.graph

        def made() -> Iterator[tuple[Staged, ...]]:
            yield from run_all(graph, wanted, work, options.jobs)
            yield from run_all(graph, large, work, options.jobs, worth=FEW if len(wanted) > MANY else MANY)

        return list(chain.from_iterable(progress(made(), len(wanted) + len(large))))

    def publish(self, staged: list[Staged], obsolete: set[str], options: Options) -> Report:
        """Publishes what is staged, then saves what the next build must know. Raises PathConflict, OSError, Unsaved."""
        graph = self.site.graph
        nodes = {one.node for file, one in self.published.items() if file in obsolete}
        report = publish(staged, self.published, obsolete, options.output, partial(self._announce, options.output))
        graph.stale.difference_update([one.published.node for one in staged])
        graph.forget(nodes - {one.node for one in self.published.values()})
        try:
            self._save()
            close_journal(options.output)
        except OSError as error:
            raise Unsaved(error.errno, error.strerror, error.filename) from error
        return report

    def _save(self) -> None:
        graph = self.site.graph
        if self.store and ((plan := self._plan()) != self.plan or not _names_of(self.store).exists()):
            write_names(_names_of(self.store), self.published)
            self.plan = plan
        encode = msgspec.msgpack.encode
        documents = {"files": encode(self.files.known), "published": encode(self.published), "plan": encode(self.plan)}
        if (registered := graph.digest(register, ())) != self.registered:
            self.registered = registered
            documents |= {"register": encode(register(self.site)), "registered": encode(registered)}
        graph.save(documents)
        self.left = set()

    def _plan(self) -> bytes:
        listings = [self.site.graph.digest(listing, (name,)) for name in output_names()]
        return digest(*listings, *(form.encode() for form in self.forms)).encode()

    def _announce(self, output: Path, files: AbstractSet[str]) -> None:
        self.left |= files
        if self.left:
            write_names(output / JOURNAL, self.left)

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


def _read(store: Store | None, name: str, decoder: Any) -> Any:
    try:
        data = store.document(name) if store else None
        return decoder.decode(data) if data else None
    except (Damaged, msgspec.MsgspecError):
        if store:
            store.clear()
        return None


def _names_of(store: Store) -> Path:
    """The names of all published files, beside the store: they outlast a damaged one."""
    return store.path.with_suffix(".names")


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


def _located(found: list[Problem], root: Path) -> list[Problem]:
    """The problems with their places in files."""
    if not found:
        return []
    from almanac.content.located import located  # it loads PyYAML, which a sound build does not need

    return located(found, root)


def unwritable(error: OSError, options: Options) -> Problem:
    """The problem of a cache or an output that cannot be written."""
    place = str(error.filename or options.output)
    hint = text(
        "Check that the disk has room for more (df -h, df -i), and that you may write to {output} and {cache}.",
        output=options.output,
        cache=options.cache,
    )
    if isinstance(error, Unsaved):
        message = text(
            "All is published, but could not be noted for the next build ({reason}).", reason=reason_of(error)
        )
        return Problem(Location(place), message, hint)
    if is_unfinished(options.output):
        message = text("Publishing stopped half way ({reason}).", reason=reason_of(error))
        return Problem(Location(place), message, hint)
    return Problem(Location(place), text("This cannot be written ({reason}).", reason=reason_of(error)), hint)
