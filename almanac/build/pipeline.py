"""THE PIPELINE, top to bottom: Source -> Record -> Catalogue -> Page -> Artifact -> output/.

`check` is `plan_site`; `build` is that and `publish_site`; `serve` is both again at every change. Reading comes first, publishing
last, and what lies between is pure: the same files and the same `now` make the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from almanac.build.compiled import forget_compiled, keep_compiled
from almanac.build.kept import write_atomically
from almanac.build.manifest import Manifest, Published, Standing, encode_manifest, manifest_file, read_manifest
from almanac.build.pages import Page, PlannedChapter, clashes, one_per_file
from almanac.build.parallel import aside, meanwhile, worth_processes
from almanac.build.parts import keep_parts, write_parts
from almanac.build.publish import InTheWay, Report, altered, publish
from almanac.build.standing import FOLDER, Last, changed_events, holds, local_time, pages_of, standing_of, unmoved
from almanac.content.config import CONFIG, read_config
from almanac.content.history import History, read_history, trust
from almanac.content.reader import Reader
from almanac.content.reading import Content, Reading, begin_reading
from almanac.content.records import kinds
from almanac.content.shelf import Shelf, shelf_of
from almanac.content.site_themes import SiteTheme, read_site_theme
from almanac.content.sources import CONTENT, Source
from almanac.core.digests import engine_version
from almanac.core.problems import Location, Problem, text
from almanac.core.timing import Progress, silently
from almanac.core.timing import timed_stage as lap
from almanac.model.catalogue import Catalogue
from almanac.model.linking import Gone, Past, link
from almanac.outputs import drafts, outputs, plan, unfit_outputs
from almanac.outputs.feeds import too_large
from almanac.render import BrokenPage, Settings, base_path, load, load_renderers, settings_of
from almanac.site.menus import menus

if TYPE_CHECKING:
    from almanac.build.ahead import Ahead
    from almanac.build.kept_plan import KeptChapters

EVENTS = "events"
WORTH_LOOKING_ASIDE = 10_000  # files of an output: to look at so many takes about as long as to start a process


class Options(msgspec.Struct, frozen=True):
    """What the command line asks for. `now` has a zone, or is local time of the site: whoever makes this reads the clock, nobody else."""

    root: Path
    output: Path
    cache: Path
    now: datetime
    base_url: str | None = None
    clean: bool = False
    keep_going: bool = False
    jobs: int = 1


class Plan(msgspec.Struct, frozen=True):
    """Every page of a site with what all of them share; `catalogue` is there for whoever reports, the rest for the next build: `last` are the chapters of the last one.

    Some pages may be made `ahead` by another process, which waits to be asked for them.
    """

    catalogue: Catalogue
    settings: Settings
    pages: tuple[Page, ...]
    theme: SiteTheme
    content: Content
    chapters: Sequence[PlannedChapter] = ()
    last: KeptChapters | None = None
    ahead: Ahead | None = None


def build(
    options: Options, progress: Progress = silently, reader: Reader | None = None
) -> tuple[Report | None, list[Problem]]:
    """Builds a site: what was published, if anything, and every problem. `progress` sees every file go by that is read, and every page that is made.

    A `reader` that has been begun already parses an edit.
    """
    keep_compiled(options.cache)
    if options.clean:
        forget_compiled()
    with lap(text("Reading files")):
        looking = begin_to_look(options)
        reading = begin_to_read(options, reader=reader)
        if reading.elsewhere:  # another process parses what is new
            load_renderers()
            outputs()
        before = looking()
        content = reading.content(progress)
    last = last_of(before, options)
    report, obstacles = follow(content, options, last) if last else (None, [])
    if report or obstacles:
        return report, obstacles
    with suppress(OSError):  # whoever writes the cache says so
        options.cache.mkdir(parents=True, exist_ok=True)  # what this build compiles is kept, even if it is the first
    planned, problems = plan_site(options, content, before)
    return publish_if_sound(planned, problems, options, before, progress)


def follow(
    content: Content, options: Options, last: Last, words: Collection[str] | None = None
) -> tuple[Report | None, list[Problem]]:
    """Follows the plan of the last build, where it still holds: what was published, and every problem; neither where it does not hold.

    Whoever knows that nothing has changed since it was followed last but the `words` of some events, given by their paths, spares the look at all else.
    """
    report, obstacles = _attempt(lambda: publish_standing(content, options, last, words), options)
    return report, [*obstacles, *(too_large(report.files) if report else ())]


def publish_if_sound(
    planned: Plan | None, problems: list[Problem], options: Options, before: Before, progress: Progress = silently
) -> tuple[Report | None, list[Problem]]:
    """Publishes a plan unless its problems forbid it: what was published, if anything, and every problem, those of rendering included."""
    if planned is None or (has_errors(problems) and not options.keep_going):
        if planned and planned.ahead:
            planned.ahead.dismiss()
        return None, problems
    report, obstacles = _attempt(lambda: publish_site(planned, options, before, progress, sound=not problems), options)
    return report, [*problems, *obstacles, *(too_large(report.files) if report else ())]


def _attempt(publishing: Callable[[], Report | None], options: Options) -> tuple[Report | None, list[Problem]]:
    try:
        return publishing(), []
    except BrokenPage as broken:
        return None, [broken.problem]
    except InTheWay as obstacle:
        return None, [obstacle.problem]
    except OSError as error:  # a full disk, a folder that may not be written
        return None, [_unwritable(error, options)]


def begin_to_read(options: Options, shelf: Shelf | None = None, reader: Reader | None = None) -> Reading:
    """Begins to read the content of the site; what has not changed since the last build comes from the shelf."""
    return begin_reading(options.root, shelf or shelf_of(options.cache, options.root).read(), options.jobs, reader)


def read(options: Options, shelf: Shelf | None = None) -> Content:
    """The content of the site, read to the end."""
    return begin_to_read(options, shelf).content()


def _unwritable(error: OSError, options: Options) -> Problem:
    place = str(error.filename or options.output)
    hint = text(
        "Check that the disk is not full and that you may write to {output} and {cache}.",
        output=options.output,
        cache=options.cache,
    )
    return Problem(Location(place), text("This cannot be written ({reason}).", reason=error.strerror or error), hint)


def plan_site(
    options: Options, content: Content | None = None, before: Before | None = None
) -> tuple[Plan | None, list[Problem]]:
    """Reads and plans a site: nothing is rendered or written. Without a plan, a problem says why there is none.

    Who will publish the plan tells what was there `before`: chapters that stand are not planned again, and where most files are new, other
    processes convert the bodies of events meanwhile.
    """
    from almanac.render.html import (
        broken_templates,
        convert_bodies,
    )  # late: Jinja is slow to load, and not needed where the last plan still holds

    config = read_config(options.root)
    if isinstance(config, list):
        return None, _located(config, options.root)
    theme = read_site_theme(options.root, config.site_theme)
    if isinstance(theme, Problem):
        return None, _located([theme], options.root)
    content = content or read(options)
    keep_parts(options.cache, clean=options.clean)
    zone = ZoneInfo(config.timezone)
    now = local_time(options.now, config.timezone)
    past = past_at(
        read_history(options.root, CONTENT, zone, options.cache, content.commit), now, config.feeds.months_ahead
    )
    base_url = options.base_url or config.base_url
    new = (
        before and len(content.opened) > len(content.files) // 2
    )  # else most bodies are known, and to look for the others takes longer than they do
    bodies = [entry for path, entry in content.shelf.items() if path.startswith(FOLDER)] if new else []
    with meanwhile(partial(convert_bodies, bodies, base_path(base_url)), range(len(bodies)), options.jobs) as others:
        with lap(text("Linking")):
            catalogue, unfit = link(config, content.records(), (*content.assets(), *theme.static), now, past)
        settings = settings_of(config, base_url, menus(catalogue), theme)
        ahead = made_ahead(catalogue, settings, content, options, before) if before else None
        with lap(text("Planning")):
            broken = broken_templates(settings)
            last = None if broken or before is None else last_chapters(before, options, settings)
            drafted = drafts(catalogue)
            if ahead:
                ahead.learn(catalogue)
            pages, chapters = plan(catalogue, drafted, last.standing if last else None)
            clashing = clashes(
                pages, chain.from_iterable(chapter.standing for chapter in chapters), sound_files(before, options)
            )
            if clashing and last:  # which page gives way is for all of them to say
                last = None
                pages, chapters = plan(catalogue, drafted)
            problems = [
                *content.problems,
                *unfit,
                *unfit_outputs(config),
                *clashing,
                *broken,
                *untrusted_history(options.root),
            ]
            if others and not has_errors(problems):
                load({page.renderer for page in pages}, settings)
    found = tuple(one_per_file(pages) if clashing else pages)
    return Plan(catalogue, settings, found, theme, content, chapters, last, ahead), _located(problems, options.root)


def made_ahead(
    catalogue: Catalogue, settings: Settings, content: Content, options: Options, before: Before
) -> Ahead | None:
    """What another process makes while this one plans, where little of a large site is new."""
    from almanac.build.ahead import Edit, begin_ahead  # late, as above
    from almanac.render.making import WORTH_A_FORK

    if (
        last_plan(before, options) is None
        or worth_processes(len(content.opened))
        or len(catalogue.events) < WORTH_A_FORK
    ):
        return None
    return begin_ahead(Edit(catalogue, settings, content.opened, before.standing, options.output), options.jobs)


def last_chapters(before: Before, options: Options, settings: Settings) -> KeptChapters | None:
    """The chapters of the last build's plan, if it left any."""
    from almanac.build.kept_plan import read_chapters  # late, as above

    standing = last_plan(before, options)
    return (
        read_chapters(plan_file(manifest_file(options.cache, options.output)), standing, before.standing, settings)
        if standing
        else None
    )


def sound_files(before: Before | None, options: Options) -> AbstractSet[str]:
    """The files of the last build, if there was nothing wrong with its plan."""
    return before.manifest.files.keys() if before and last_plan(before, options) else frozenset()


def last_plan(before: Before, options: Options) -> Standing | None:
    """What is known of the last build's plan, if this engine made it and this build may know it."""
    standing = before.manifest.standing
    return standing if standing and not options.clean and standing.engine == engine_version() else None


def _located(problems: list[Problem], root: Path) -> list[Problem]:
    if not problems:
        return []
    from almanac.cli.reports import located  # late: what finds places in files is slow to load

    return located(problems, root)


def past_at(history: History, now: datetime, months_ahead: int) -> Past:
    """What the history of the content means for a site at a moment, whose feeds reach some months ahead."""
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=31 * (months_ahead + 2))
    return Past(history.changed, history.identities, tuple(deleted_events(history, since)), history.uids, history.gone)


def deleted_events(history: History, since: datetime) -> Iterator[Gone]:
    """The events whose files were deleted not too long ago to lie ahead in a feed; those that nobody can read are left out."""
    for file in history.withdrawn:
        kind, _, below = file.path.removeprefix(f"{CONTENT}/").partition("/")
        if kind == EVENTS and below.endswith(".md") and file.moment >= since:
            from almanac.content.parse import parse  # late: pydantic and YAML are slow to load

            parsed = parse(Source(file.path, kind, PurePosixPath(below).stem, file.data), kinds()[kind])
            if not isinstance(parsed, list):
                yield Gone(parsed, file.moment, file.identity)


UNTRUSTED = {
    "cut off": text(
        "The history of the content is cut off (a shallow clone): renamed events get new UIDs, and deleted ones vanish from feeds."
    ),
    "refused": text(
        "git refuses to read the history of the content: renamed events get new UIDs, and deleted ones vanish from feeds."
    ),
}
TRUST_HINTS = {
    "cut off": text("Fetch all of it: git fetch --unshallow, or fetch-depth: 0 in CI."),
    "refused": text("The folder belongs to another user: git config --global --add safe.directory {folder}"),
}


def untrusted_history(root: Path) -> list[Problem]:
    """A warning where there is a history that cannot be read whole: to publish without it would double events in people's calendars."""
    state = trust(root)
    if state not in UNTRUSTED:
        return []
    hint = text(TRUST_HINTS[state].message, folder=root.resolve())
    return [Problem(Location(CONFIG), UNTRUSTED[state], hint, "warning")]


class Before(msgspec.Struct, frozen=True):
    """What the last build left: its manifest, and what that says of every file that still stands as it was published."""

    manifest: Manifest
    standing: dict[str, Published]


def read_before(options: Options) -> Before:
    """Looks at the manifest and at every file of the output."""
    return begin_to_look(options)()


def begin_to_look(options: Options) -> Callable[[], Before]:
    """Reads the manifest, and has another process look at the output, where that is large; gives what waits for it."""
    manifest = read_manifest(manifest_file(options.cache, options.output))
    look = aside(
        partial(altered, manifest, options.output), options.jobs if len(manifest.files) >= WORTH_LOOKING_ASIDE else 1
    )

    def before() -> Before:
        standing = dict(manifest.files)
        for file in look():
            del standing[file]
        return Before(manifest, standing)

    return before


def publish_site(
    planned: Plan, options: Options, before: Before, progress: Progress = silently, *, sound: bool = False
) -> Report:
    """Renders what has changed and publishes it. Raises BrokenPage and InTheWay, and then nothing has changed.

    A plan that is `sound`, without any problem to repeat, may stand in for that of the next build.
    """
    from almanac.render.making import choose, make_pages

    with lap(text("Choosing what to make")):
        work, kept = choose(
            planned.pages,
            planned.settings,
            {} if options.clean else before.standing,
            options.output,
            chapters=planned.chapters,
        )
    keep_plan = aside(partial(_keep_plan, planned, options), options.jobs) if sound else None
    made = progress(make_pages(work, options.jobs, planned.ahead), len(work.wanted))
    report = publish(made, kept, before.manifest.files.keys(), options.output)
    with lap(text("Keeping what the next build needs")):
        standing = standing_of(planned, options, keep_plan(), report.files, work.depends) if keep_plan else None
        _keep(options, Manifest(report.files, standing), planned.content)
    return report


def _keep_plan(planned: Plan, options: Options) -> str:
    """Writes the plan to the cache: the name by which it is known."""
    from almanac.build.kept_plan import encode_plan

    name, plan = encode_plan(planned.catalogue, planned.pages, planned.chapters, planned.last)
    write_atomically(plan_file(manifest_file(options.cache, options.output)), plan)
    return name


def _keep(options: Options, manifest: Manifest, content: Content) -> None:
    """Writes the cache: the manifest with what is published now, parts, the shelf."""
    write_atomically(manifest_file(options.cache, options.output), encode_manifest(manifest))
    write_parts()
    shelf_of(options.cache, options.root).write(content.shelf)


def plan_file(manifest_path: Path) -> Path:
    """Beside its manifest."""
    return manifest_path.with_name(manifest_path.name.replace("manifest", "plan"))


def last_of(before: Before, options: Options) -> Last | None:
    """The plan of the last build, if it left any."""
    manifest = before.manifest
    if manifest.standing is None:
        return None
    return Last(
        manifest.standing,
        before.standing,
        manifest.files.keys() - before.standing.keys(),
        plan_file(manifest_file(options.cache, options.output)),
    )


def publish_standing(
    content: Content, options: Options, last: Last, words: Collection[str] | None = None
) -> Report | None:
    """Publishes what the plan of the last build makes of events that say something new; nothing is done where that plan does not hold any more."""
    if not (words is not None and unmoved(last.standing, options, content)) and not holds(
        last.standing, options, content
    ):
        return None
    paths = changed_events(last.standing, content, last.standing.seen if words is None else words)
    if paths:
        return _publish_changed(paths, content, options, last)
    if last.missing:
        return None
    report = publish((), last.files, frozenset(), options.output)
    if content.opened:
        shelf_of(options.cache, options.root).write(content.shelf)
    return report


def _publish_changed(paths: list[str], content: Content, options: Options, last: Last) -> Report | None:
    """Makes the pages anew that show events of these files."""
    from almanac.render.making import choose, make_pages  # late: where nothing has changed, none of it is needed

    pages = pages_of(last, content, paths)
    if pages is None:
        return None
    keep_parts(options.cache)
    work, _ = choose(pages, last.settings, last.files, options.output, last.depends)
    last.depends.update(work.depends)
    if last.missing - {wanted.file for wanted in work.wanted}:
        return None
    report = publish(make_pages(work, options.jobs), last.files, frozenset(), options.output)
    seen = {**last.standing.seen, **{path: (content.shelf[path].digest, content.shelf[path].fields) for path in paths}}
    last.standing, last.missing = structs.replace(last.standing, seen=seen), frozenset()
    _keep(options, Manifest(report.files, last.standing), content)
    return report


def has_errors(problems: list[Problem]) -> bool:
    """Whether anything keeps the site from being published."""
    return any(problem.severity == "error" for problem in problems)
