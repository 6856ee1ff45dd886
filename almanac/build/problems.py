"""All problems of a site as one query: of its records, config, addresses, templates and history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from almanac.content.config import CONFIG
from almanac.content.history import trust
from almanac.content.queries import checked_config, commit
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.problems import record_problems
from almanac.model.site import Site
from almanac.outputs import all_pages, unfit_outputs
from almanac.render import renderer
from almanac.site.pages import Page
from almanac.site.theme import checked_theme

UNTRUSTED = {
    "cut off": text(
        "The history of the content is cut off (a shallow clone): renamed events get new UIDs, and"
        " deleted ones vanish from feeds."
    ),
    "refused": text(
        "git refuses to read the history of the content: renamed events get new UIDs, and"
        " deleted ones vanish from feeds."
    ),
}
TRUST_HINTS = {
    "cut off": text("Fetch all of it: git fetch --unshallow, or fetch-depth: 0 in CI."),
    "refused": text("The folder belongs to another user: git config --global --add safe.directory {folder}"),
}


def fatal_problems(site: Site) -> list[Problem]:
    """The problems without which a site can be neither planned nor rendered: those of its config and its site theme."""
    config = checked_config(site)
    if isinstance(config, list):
        return config
    found = checked_theme(site)
    return [found] if isinstance(found, Problem) else []


@query()
def problems(site: Site) -> tuple[Problem, ...]:
    """Every problem of a site whose config and site theme are sound."""
    found = [*record_problems(site), *unfit_outputs(site.config), *clashes(all_pages(site))]
    return (*found, *renderer("html").template_problems(site), *untrusted_history(site))


@query(bool)
def is_sound(site: Site) -> bool:
    """Whether a site has no problem: in most builds nothing more need be known."""
    return not problems(site)


def untrusted_history(site: Site) -> list[Problem]:
    """A warning if the history cannot be read whole: without it, subscribers' calendars may show events twice."""
    state = trust(commit(site))
    if state not in UNTRUSTED:
        return []
    hint = text(TRUST_HINTS[state].message, folder=site.root.resolve())
    return [Problem(Location(CONFIG), UNTRUSTED[state], hint, "warning")]


def clashes(pages: Sequence[Page]) -> list[Problem]:
    """A problem for each address that two pages claim, and for each file that would have to be a folder as well."""
    files = [page.file.casefold() for page in pages]  # on many machines' disks Ä and ä, or A and a, are one file
    claimed = set(files)
    folders = _folders(claimed) & claimed
    return list(_clashes(pages, folders)) if folders or len(claimed) < len(files) else []


def _clashes(pages: Sequence[Page], folders: AbstractSet[str]) -> Iterator[Problem]:
    """The problems of pages; `folders` are files that others need as folders."""
    first: dict[str, Page] = {}
    for page in pages:
        file = page.file.casefold()
        if file in first:
            yield _clash(page, first[file])
        first.setdefault(file, page)
    for file, page in first.items() if folders else ():
        parents = file.split("/")[:-1]
        above = ("/".join(parents[:end]) for end in range(1, len(parents) + 1))
        if other := next((name for name in above if name in folders), None):
            yield _clash(page, first[other])


def _folders(files: AbstractSet[str]) -> set[str]:
    """Every folder that the files need."""
    found: set[str] = set()
    for file in files:
        folder = file.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _clash(page: Page, other: Page) -> Problem:
    if other.source and not page.source:
        page, other = other, page
    claimant = other.source or text("the site itself")
    return Problem(
        Location(page.source or CONFIG),
        text("The address {address} is already taken by {other}.", address=page.address, other=claimant),
        text("Rename the file, or change its id or aliases."),
    )
