"""`/accessibility/`: the statement on accessibility, from the self-test of the engine and from the config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import msgspec

from almanac import __version__
from almanac.content.config import Config
from almanac.core.problems import Text, text
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.menus import ACCESSIBILITY
from almanac.site.pages import Page, page
from almanac.site.self_test import DEMANDS, INDICATORS, STANDINGS, TESTED, Indicator, Standing
from almanac.site.theme import chosen_theme
from almanac.site.views import Head


class Assessment(msgspec.Struct, frozen=True):
    """What was found of one thing that is asked: a standing, which `word` names, and the proofs of it."""

    number: str
    level: int
    name: Text
    standing: Standing
    word: Text
    finding: Text
    tests: tuple[str, ...]
    seen: Text | None


class Contact(msgspec.Struct, frozen=True):
    """Where readers tell of barriers; what is not named is empty."""

    phone: str
    mail: str
    online: str


class AccessibilityView(msgspec.Struct, frozen=True):
    """The findings of the self-test, with what the config adds to them."""

    head: Head
    version: str
    tested: date
    checked: date | None
    own_templates: bool
    contact: Contact
    counts: tuple[tuple[Text, int], ...]
    indicators: tuple[Assessment, ...]
    demands: tuple[Assessment, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page(ACCESSIBILITY.address, "html:accessibility.html", accessibility_view, indexed=True)


def accessibility_view(site: Site) -> AccessibilityView:
    """The view of the page."""
    config = site.config
    indicators = tuple(assess(one, config) for one in INDICATORS)
    counted = Counter(one.standing for one in indicators)
    return AccessibilityView(
        head=Head(ACCESSIBILITY.address, ACCESSIBILITY.name),
        version=__version__,
        tested=TESTED,
        checked=config.accessibility.checked,
        own_templates=len(chosen_theme(site).folders) > 1,
        contact=_contact(config),
        counts=tuple((word, counted[standing]) for standing, word in STANDINGS.items() if counted[standing]),
        indicators=indicators,
        demands=tuple(assess(one, config) for one in DEMANDS),
    )


def assess(asked: Indicator, config: Config) -> Assessment:
    """What holds on a site: its config may turn off what an indicator needs, and it names the contacts."""
    standing, found = asked.standing, asked.finding
    if lacking := [output for output in asked.outputs if not made(output, config)]:
        standing, found = "unmet", text("The config turns off “{output}”, which this needs.", output=lacking[0])
    elif asked.number == "3.5.2.1":
        standing, found = _for_everybody(_contact(config))
    elif asked.number == "3.5.2.2":
        standing, found = _at_once(_contact(config))
    return Assessment(
        asked.number, asked.level, asked.name, standing, STANDINGS[standing], found, asked.tests, asked.seen
    )


def _contact(config: Config) -> Contact:
    stated = config.accessibility
    return Contact(stated.phone or config.footer.phone or "", stated.mail or "", stated.online or "")


def _for_everybody(contact: Contact) -> tuple[Standing, Text]:
    if contact.phone and contact.mail:
        return "met", text("Readers can telephone or write.")
    if contact.phone:
        return "partly", text("Readers can only telephone, which not everybody can do.")
    if contact.mail:
        return "partly", text("Readers can only write, which not everybody can do.")
    return "unmet", text("The statement names no contact.")


def _at_once(contact: Contact) -> tuple[Standing, Text]:
    if contact.online:
        return "met", text("The statement names a page where somebody answers at once.")
    return "unmet", text("No page is named where somebody answers at once.")
