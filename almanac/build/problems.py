"""All problems of a site as one query: of its records, config, addresses, templates and history."""

from __future__ import annotations

from almanac.content.config import CONFIG
from almanac.content.history import trust
from almanac.content.queries import checked_config, commit, history, tree
from almanac.core.extras import can_compress
from almanac.core.problems import Location, Problem, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.outputs import file_problems
from almanac.site.addresses import lacking
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
    "no git": text(
        "git is not installed, so the history of the content is not read: renamed events get new UIDs, and"
        " deleted ones vanish from feeds."
    ),
}
TRUST_HINTS = {
    "cut off": text("Fetch all of it: git fetch --unshallow, or fetch-depth: 0 in CI."),
    "refused": text(
        "Look what git says: git -C {folder} log. If the folder belongs to another user:"
        " git config --global --add safe.directory {folder}"
    ),
    "no git": text("Install git where the site is built."),
}


def fatal_problems(site: Site) -> list[Problem]:
    """The problems with which a site can be neither planned nor rendered: those of its config and its site theme.

    A folder of content that cannot be read is one, too: its files are not known, and must not count as deleted.
    """
    config = checked_config(site)
    if isinstance(config, list):
        return config
    found = checked_theme(site)
    return [found] if isinstance(found, Problem) else list(tree(site).unreadable)


@query()
def problems(site: Site) -> tuple[Problem, ...]:
    """Every problem of a site whose config and site theme are sound. Raises GitFailed."""
    return (*file_problems(site), *untrusted_history(site))


@query(bool)
def is_sound(site: Site) -> bool:
    """Whether a site has no problem: in most builds nothing more need be known."""
    return not problems(site)


def untrusted_history(site: Site) -> list[Problem]:
    """A warning if the history cannot be read whole: without it, subscribers' calendars may show events twice.

    Raises GitFailed if git cannot read a history that it should know.
    """
    state = trust(commit(site))
    history(site)
    if state not in UNTRUSTED:
        return []
    hint = text(TRUST_HINTS[state].message, folder=site.root.resolve())
    return [Problem(Location(CONFIG), UNTRUSTED[state], hint, "warning")]


def unmade(site: Site) -> list[Problem]:
    """Warnings of what is not made because an extra is not installed."""
    return [*untypeset(site), *uncompressed(site)]


def uncompressed(site: Site) -> list[Problem]:
    """A warning if compressed forms are not made because the extra for them is not installed."""
    wanted = site.config.compress
    if all(map(can_compress, wanted)):
        return []
    message = text(
        "Not all compressed forms are made: what makes {names} is not installed.",
        names=", ".join(form for form in wanted if not can_compress(form)),
    )
    hint = text(
        "Install {package}, or write compress: [{forms}].",
        package="almanac-kepu[compress]",
        forms=", ".join(filter(can_compress, wanted)),
    )
    return [Problem(Location(CONFIG, key=("compress",)), message, hint, severity="warning")]


def untypeset(site: Site) -> list[Problem]:
    """A warning if outputs are not made because the extra that typesets them is not installed."""
    names = lacking(site.config)
    if not names:
        return []
    message = text(
        "Cards, posters and sheets to print are not made: what typesets them is not installed."
        " Shared links show the drawings of themes."
    )
    hint = text(
        "Install almanac-kepu[cards], or write outputs: {off}.",
        off=f"{{{', '.join(f'{one}: false' for one in names)}}}",
    )
    return [Problem(Location(CONFIG), message, hint, severity="warning")]
