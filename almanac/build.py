"""THE PIPELINE, top to bottom: Source -> Record -> Catalogue -> Page -> Artifact -> output/.

`check` is `plan_site`; `build` is that and `publish_site`; `serve` is both again at every change. Reading comes first, publishing
last, and what lies between is pure: the same files and the same `now` make the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from almanac.catalogue import Catalogue, Past, link
from almanac.config import read_config
from almanac.content.history import History, read_history
from almanac.content.parse import parse
from almanac.content.reading import compare, read_content
from almanac.content.records import Record, kinds
from almanac.content.shelf import Shelf, encode_shelf, read_shelf, shelf_file
from almanac.content.sources import CONTENT, Source
from almanac.manifest import manifest_file, read_manifest
from almanac.menus import menus
from almanac.outputs import plan, unknown_outputs
from almanac.outputs.feeds import too_large
from almanac.pages import Page, clashes, one_per_file
from almanac.problems import Location, Problem, text
from almanac.publish import InTheWay, Made, Report, publish, standing, write_atomically
from almanac.render import BrokenPage, Settings, settings_of
from almanac.render.html import broken_templates
from almanac.render.making import choose, make_pages
from almanac.render.parts import encode_parts, forget_parts, read_parts
from almanac.reports import located
from almanac.site_themes import read_site_theme

EVENTS = "events"
REMEMBERED = timedelta(days=400)  # how long a deleted event can still lie ahead in a feed of twelve months
PARTS = "parts.msgpack"


@dataclass(frozen=True)
class Options:
    """What the command line asks for. `now` has a zone, or is local time of the site: whoever makes this reads the clock, nobody else."""

    root: Path
    output: Path
    cache: Path
    now: datetime
    base_url: str | None = None
    clean: bool = False
    keep_going: bool = False
    jobs: int = 1


@dataclass(frozen=True)
class Plan:
    """Every page of a site with what all of them share; `catalogue` is there for whoever reports, `shelf` for the next build."""

    catalogue: Catalogue
    settings: Settings
    pages: tuple[Page, ...]
    shelf: Shelf


Progress: TypeAlias = Callable[[Iterable[Made], int], Iterable[Made]]


def silently(made: Iterable[Made], total: int) -> Iterable[Made]:
    """The progress that nobody sees."""
    del total
    return made


def build(options: Options, progress: Progress = silently) -> tuple[Report | None, list[Problem]]:
    """Builds a site: what was published, if anything, and every problem. `progress` sees every page go by that is rendered."""
    planned, problems = plan_site(options)
    return publish_if_sound(planned, problems, options, progress)


def publish_if_sound(planned: Plan | None, problems: list[Problem], options: Options, progress: Progress = silently) -> tuple[Report | None, list[Problem]]:
    """Publishes a plan unless its problems forbid it: what was published, if anything, and every problem, those of rendering included."""
    if planned is None or (has_errors(problems) and not options.keep_going):
        return None, problems
    try:
        report = publish_site(planned, options, progress)
    except BrokenPage as broken:
        return None, [*problems, broken.problem]
    except InTheWay as obstacle:
        return None, [*problems, obstacle.problem]
    except OSError as error:  # a full disk, a folder that may not be written
        return None, [*problems, _unwritable(error, options)]
    return report, [*problems, *too_large(report.sizes)]


def _unwritable(error: OSError, options: Options) -> Problem:
    place = str(error.filename or options.output)
    hint = text("Check that the disk is not full and that you may write to {output} and {cache}.", output=options.output, cache=options.cache)
    return Problem(Location(place), text("This cannot be written ({reason}).", reason=error.strerror or error), hint)


def plan_site(options: Options) -> tuple[Plan | None, list[Problem]]:
    """Reads and plans a site: nothing is rendered or written. Without a plan, a problem says why there is none."""
    config = read_config(options.root)
    if isinstance(config, list):
        return None, located(config, options.root)
    theme = read_site_theme(options.root, config.site_theme)
    if isinstance(theme, Problem):
        return None, located([theme], options.root)
    shelf = read_shelf(shelf_file(options.cache, options.root))
    content = read_content(compare(options.root, shelf), shelf, options.jobs)
    problems = content.problems
    zone = ZoneInfo(config.timezone)
    now = options.now.astimezone(zone).replace(tzinfo=None) if options.now.tzinfo else options.now
    past = past_at(read_history(options.root, CONTENT, zone, options.cache), now)
    catalogue, unfit = link(config, content.records, (*content.assets, *theme.static), now, past)
    settings = settings_of(config, options.base_url or config.base_url, menus(catalogue), theme)
    pages = plan(catalogue)
    problems += [*unfit, *unknown_outputs(config), *clashes(pages), *broken_templates(settings)]
    return Plan(catalogue, settings, tuple(one_per_file(pages)), content.shelf), located(problems, options.root)


def past_at(history: History, now: datetime) -> Past:
    """What the history of the content means for a site at a moment."""
    return Past(history.changed, history.former_names, tuple(deleted_events(history, now)))


def deleted_events(history: History, now: datetime) -> Iterator[tuple[Record[Any], datetime]]:
    """The events whose files were deleted not too long ago to matter in a feed, and when; those that nobody can read are left out."""
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - REMEMBERED
    for file in history.withdrawn:
        kind, _, below = file.path.removeprefix(f"{CONTENT}/").partition("/")
        if kind == EVENTS and below.endswith(".md") and file.moment >= since:
            parsed = parse(Source(file.path, kind, PurePosixPath(below).stem, file.data), kinds()[kind])
            if not isinstance(parsed, list):
                yield parsed, file.moment


def publish_site(planned: Plan, options: Options, progress: Progress = silently) -> Report:
    """Renders what has changed and publishes it. Raises BrokenPage and InTheWay, and then nothing has changed."""
    manifest_path = manifest_file(options.cache, options.output)
    manifest = read_manifest(manifest_path)
    published = {} if options.clean else standing(manifest, options.output)
    parts_path = options.cache / PARTS
    forget_parts() if options.clean else read_parts(parts_path)
    work, kept = choose(planned.pages, planned.settings, published, options.output)
    made = progress(make_pages(work, options.jobs), len(work.wanted))
    report = publish(made, kept, manifest, options.output, manifest_path)
    if (parts := encode_parts()) is not None:
        write_atomically(parts_path, parts)
    write_atomically(shelf_file(options.cache, options.root), encode_shelf(planned.shelf))
    return report


def has_errors(problems: list[Problem]) -> bool:
    """Whether anything keeps the site from being published."""
    return any(problem.severity == "error" for problem in problems)
