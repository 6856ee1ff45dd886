"""The self-test of accessibility: what it asks, what was found, and the tests that prove it.

`INDICATORS` are those of GB/T 37668-2019 at levels 1 and 2, 20 and 17, by the numbers of its chapter 3 and the names
and levels of its annex A. `DEMANDS` are those that MIIT's design rule of 2021 for websites adds for older people; see
docs/accessibility.md for both sources. The words for what was found are ours. They speak of the engine and its
templates, as built with the sample content. `tests/test_accessibility.py` holds every proof to a test that exists.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from almanac.core.problems import Text, text

TESTED = date(2026, 12, 1)  # the day on which all these tests passed and what is seen by eye was looked at

Standing: TypeAlias = Literal["met", "absent", "apps", "partly", "unmet", "city"]
STANDINGS: dict[Standing, Text] = {
    "met": text("Met"),
    "absent": text("Nothing of the kind"),
    "apps": text("For apps only"),
    "partly": text("Partly met"),
    "unmet": text("Not met"),
    "city": text("For the city to check"),
}


class Indicator(msgspec.Struct, frozen=True):
    """One thing that is asked. `tests` are named `file.py::test`, below `tests/`.

    `level` is 0 for what the standard does not ask. `seen` says what was looked at by eye, on the day `TESTED`.
    `outputs` are those without which it is not met. An `apps` indicator is asked of mobile apps alone: its tests show
    the same of pages.
    """

    number: str
    level: int
    name: Text
    standing: Standing
    finding: Text
    tests: tuple[str, ...] = ()
    seen: Text | None = None
    outputs: tuple[str, ...] = ()


AXE = "test_browser.py::test_axe_finds_nothing_on_a_phone"
KEYBOARD = "test_browser.py::test_a_page_is_usable_by_keyboard_alone"
WALK = "test_accessibility.py::test_the_keyboard_walks_through_a_page_in_its_order_and_out_of_it"
ABSENT = "test_accessibility.py::test_no_page_has_what_the_self_test_calls_absent"
BODIES = "test_accessibility.py::test_a_text_brings_in_no_media_frame_or_window"
STILL = "test_accessibility.py::test_nothing_flashes_and_nothing_opens_under_the_pointer"
READING = "test_accessibility.py::test_a_page_is_read_aloud_sentence_by_sentence"
SPEECH_FAILS = "test_accessibility.py::test_a_browser_without_speech_offers_none_and_one_without_voices_says_so"
POINTER = "test_accessibility.py::test_the_large_pointer_is_of_the_site_and_remembered"
NAMED = "test_accessibility.py::test_every_control_has_a_name_and_says_its_state"
PLAIN = "test_accessibility.py::test_nothing_keeps_assistive_technology_out"
STRUCTURE = "test_accessibility.py::test_every_page_has_one_skeleton"
TITLES = "test_accessibility.py::test_every_page_has_a_title_of_its_own"
MENU = "test_accessibility.py::test_the_menu_is_the_same_on_every_page"
FOCUS_STAYS = "test_accessibility.py::test_focus_stays_while_a_part_of_the_page_changes"
WINDOWS = "test_accessibility.py::test_a_link_that_opens_a_window_says_so"
EMPTY_SEARCH = "test_finding.py::test_an_empty_result_offers_what_fits_with_one_condition_fewer"
FORM_MESSAGES = "test_admin.py::test_problems_appear_as_one_types_in_the_words_of_check"
STATEMENT = "test_accessibility.py::test_the_statement_tells_what_the_config_names_and_what_it_lacks"
LARGE_TEXT = (
    "test_browser.py::test_nothing_scrolls_sideways",
    "test_browser.py::test_the_menu_shows_all_entries_at_any_width_and_size_of_text",
)

NO_MEDIA = text("No page has sound or video, and a text cannot bring any in.")
OF_APPS = text("This is asked of mobile apps. Of the pages the named tests show the same.")
CONTACT = text("This depends on the contacts that the config names.")

INDICATORS = (
    Indicator(
        "3.2.1.1",
        1,
        text("CAPTCHA"),
        "absent",
        text("No page asks for one: nobody signs in or sends anything."),
        (ABSENT,),
    ),
    Indicator(
        "3.2.1.2",
        1,
        text("Links that are not text"),
        "met",
        text("A link that is a picture has words that say where it leads."),
        (AXE,),
    ),
    Indicator(
        "3.2.1.3",
        1,
        text("Controls that are not text"),
        "met",
        text("Every field and button has a name; those that switch say whether they are on."),
        (AXE, NAMED),
    ),
    Indicator(
        "3.2.1.4",
        2,
        text("Content that is not text"),
        "met",
        text("A picture has a description, or is marked as decoration. The figures of charts stand in tables too."),
        (AXE, NAMED),
    ),
    Indicator(
        "3.2.2.1",
        1,
        text("Use of colour"),
        "met",
        text("What a colour says is also said in words or by a shape. Links in running text are underlined."),
        (AXE,),
        seen=text("The first page, a month, an event and the coverage of a plan in grey, light and dark."),
    ),
    Indicator(
        "3.2.2.2",
        2,
        text("Size of text"),
        "met",
        text("Text grows to 200 % without loss. Every page has a button for large type."),
        (*LARGE_TEXT, KEYBOARD),
    ),
    Indicator("3.2.3.1", 1, text("Multimedia"), "absent", NO_MEDIA, (ABSENT, BODIES)),
    Indicator("3.2.3.2", 2, text("Recorded media"), "absent", NO_MEDIA, (ABSENT, BODIES)),
    Indicator("3.2.3.3", 2, text("Live media"), "absent", NO_MEDIA, (ABSENT, BODIES)),
    Indicator(
        "3.2.4.1",
        1,
        text("Complete feedback"),
        "met",
        text("No direction relies on a shape, a size, a place or a sound alone."),
        (AXE,),
        seen=text("The directions of the search, of subscribing, of my list and of reading aloud."),
    ),
    Indicator("3.3.1.1", 1, text("Access to components"), "apps", OF_APPS, (AXE, NAMED)),
    Indicator(
        "3.3.1.2",
        1,
        text("Skipping what repeats"),
        "met",
        text("The first link of every page leads to its content."),
        (KEYBOARD, STRUCTURE),
    ),
    Indicator("3.3.1.3", 2, text("Access to decoration"), "apps", OF_APPS, (AXE, NAMED)),
    Indicator(
        "3.3.1.4",
        2,
        text("Moving between modules"),
        "met",
        text("Head, menu, content and foot are landmarks, and headings leave out no level."),
        (AXE, STRUCTURE),
    ),
    Indicator("3.3.2.1", 1, text("Focus on components"), "apps", OF_APPS, (AXE, WALK)),
    Indicator(
        "3.3.3.1",
        1,
        text("Keyboard"),
        "met",
        text("All that pages offer can be done with the keyboard, at any pace."),
        (KEYBOARD, WALK, READING, "test_finding.py::test_the_first_result_is_within_ten_tabs"),
    ),
    Indicator(
        "3.3.3.2",
        1,
        text("Focus traps"),
        "met",
        text("The Tab key leads into every part of a page and out of it."),
        (WALK,),
    ),
    Indicator(
        "3.3.3.3",
        1,
        text("Floating windows"),
        "met",
        text("Nothing floats over a page by itself. The bar of reading aloud comes when asked for and can be closed."),
        (ABSENT, STILL, READING),
    ),
    Indicator("3.3.3.4", 1, text("Gestures"), "apps", OF_APPS, (ABSENT,)),
    Indicator("3.3.3.5", 1, text("Flashes"), "absent", text("Nothing flashes or blinks."), (STILL,)),
    Indicator(
        "3.3.3.6",
        1,
        text("Order of focus"),
        "met",
        text("Focus follows the order of the page, and stays where it is while a part of the page changes."),
        (WALK, FOCUS_STAYS),
    ),
    Indicator(
        "3.3.3.7",
        2,
        text("Content that pops up"),
        "absent",
        text("Nothing appears under a resting pointer or at the focus."),
        (STILL,),
    ),
    Indicator(
        "3.3.3.8",
        2,
        text("Notice of updates"),
        "met",
        text("For two weeks cards and pages say what has changed; so do the page of changes and the feeds."),
        ("test_changes.py::test_for_two_weeks_cards_and_pages_say_that_an_event_has_changed",),
        outputs=("changes",),
    ),
    Indicator(
        "3.3.3.9",
        2,
        text("New windows"),
        "met",
        text("No page opens a window. Lists in frames of other sites say that their links do."),
        (ABSENT, BODIES, WINDOWS),
    ),
    Indicator("3.3.3.10", 2, text("Control of media"), "absent", NO_MEDIA, (ABSENT, BODIES)),
    Indicator(
        "3.3.4.1",
        2,
        text("Directions for input"),
        "met",
        text("Every field has a label and says what belongs into it."),
        (AXE, NAMED, "test_admin.py::test_axe_finds_nothing_in_the_form"),
    ),
    Indicator(
        "3.4.2.1",
        1,
        text("Consistent navigation"),
        "met",
        text("The menu has the same entries in the same order on every page."),
        (MENU,),
    ),
    Indicator(
        "3.4.2.2",
        2,
        text("Steady focus"),
        "met",
        text("Focus alone changes nothing."),
        (WALK,),
    ),
    Indicator(
        "3.4.3.1",
        2,
        text("Page titles"),
        "met",
        text("Every page has a title that names its subject, and no two have the same."),
        (TITLES,),
    ),
    Indicator(
        "3.4.3.2",
        2,
        text("Search and site map"),
        "met",
        text("The site has a search, every page can be reached by links, and the archive lists all events."),
        (
            "test_browser.py::test_searching_finds_substrings_aliases_and_facets_together",
            "test_shipped_site.py::test_every_page_can_be_reached_by_links_and_every_anchor_stands",
        ),
        outputs=("search",),
    ),
    Indicator(
        "3.4.3.3",
        2,
        text("Right use of navigation tags"),
        "met",
        text("What is marked as navigation holds links and says which; each page has one main part."),
        (AXE, STRUCTURE, "test_shipped_site.py::test_pages_of_every_kind_are_valid_html"),
    ),
    Indicator(
        "3.4.4.1",
        1,
        text("Reasons of errors"),
        "met",
        text("A search that finds nothing and the form for staff say in words what is wrong."),
        (EMPTY_SEARCH, FORM_MESSAGES),
    ),
    Indicator(
        "3.4.4.2",
        2,
        text("Help with errors"),
        "met",
        text("A search that finds nothing offers wider ones, and the form for staff says what to write instead."),
        (EMPTY_SEARCH, FORM_MESSAGES),
    ),
    Indicator(
        "3.5.1.1",
        1,
        text("Assistive technology"),
        "met",
        text("Nothing keeps it out: pages are plain HTML that can be zoomed, selected and shown in other colours."),
        (PLAIN, "test_shipped_site.py::test_pages_of_every_kind_are_valid_html"),
    ),
    Indicator("3.5.1.2", 1, text("Work of components"), "apps", OF_APPS, (AXE, WALK)),
    Indicator("3.5.2.1", 1, text("Contact for everybody"), "city", CONTACT, (STATEMENT,)),
    Indicator("3.5.2.2", 2, text("Contact at once"), "city", CONTACT, (STATEMENT,)),
)

DEMANDS = (
    Indicator(
        "",
        0,
        text("Large letters"),
        "met",
        text("The mode of large type shows 20 pixels and more, without the help of the system or the browser."),
        (KEYBOARD, *LARGE_TEXT),
    ),
    Indicator(
        "",
        0,
        text("High contrast"),
        "met",
        text("Text has a contrast of 4.5:1 at least, light and dark; the mode of large type has more."),
        (AXE, "test_browser.py::test_colours_of_themes_can_be_read_and_have_one_weight"),
    ),
    Indicator(
        "",
        0,
        text("Reading aloud"),
        "met",
        text("A button reads the content of the page with the voices of the browser; it pauses, goes on and stops."),
        (READING, SPEECH_FAILS),
    ),
    Indicator(
        "",
        0,
        text("Keyboard and large pointer"),
        "met",
        text("All works with the keyboard. Where there is a mouse, the mode of large type offers a large pointer."),
        (KEYBOARD, WALK, POINTER),
    ),
    Indicator("", 0, text("Visible focus"), "met", text("The focused element has a thick outline."), (KEYBOARD, WALK)),
    Indicator(
        "",
        0,
        text("No advertising, plug-ins and pop-ups"),
        "met",
        text("Pages load nothing from other hosts, open no windows and ask for no plug-in."),
        ("test_browser.py::test_a_first_view_is_light_and_loads_nothing_from_other_hosts", ABSENT, STILL),
    ),
    Indicator(
        "",
        0,
        text("No lures to download or pay"),
        "absent",
        text("Nothing can be paid. What can be downloaded are calendars, pictures and data, by links that say so."),
        (ABSENT,),
        seen=text("The buttons of the first page, an event, subscribing, my list and the open data."),
    ),
    Indicator(
        "",
        0,
        text("Codes with a time limit, and undoing"),
        "absent",
        text("No page asks for a code, and none sends, orders or signs anything that would have to be undone."),
        (ABSENT,),
    ),
    Indicator(
        "",
        0,
        text("Entry from the desktop"),
        "met",
        text("Phones and computers can put the site on their desktop; it opens in the mode that was chosen."),
        ("test_offline.py::test_the_manifest_and_its_icons", KEYBOARD),
        outputs=("offline",),
    ),
    Indicator(
        "",
        0,
        text("A simple version"),
        "partly",
        text("There is no version with less on it. Large type shows the same pages larger, darker and roomier."),
        (KEYBOARD,),
    ),
    Indicator(
        "",
        0,
        text("Pictures that an artificial intelligence chooses"),
        "unmet",
        text("The site does not have them, and nothing is planned."),
    ),
    Indicator(
        "",
        0,
        text("Plain and common words"),
        "city",
        text("The words of menus and buttons are common ones. Those of the content are the city's."),
        seen=text("The words of menus and buttons."),
    ),
)
