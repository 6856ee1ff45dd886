"""CODEOWNERS from the registry: each organiser reviews its own events, and others everything else."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from sites import Site

from almanac.cli.app import main

KEXIE = "content/organisers/kexie.md"
MUSEUM = "content/organisers/museum.md"


def owners(site: Site, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(site.root), "--lang", "en", "owners", *arguments])


@pytest.fixture
def owned(site: Site) -> Site:
    """The small site, whose museum has a team and a mail address on the platform, and three events."""
    site.write(MUSEUM, "---\nname: 博物馆\naccounts: ['@city/museum', guide@example.org]\n---\n")
    site.event("bones", organiser="博物馆")
    site.event("both", organiser="[museum, kexie]", draft="true")
    site.event("alone", organiser="kexie")
    return site


def test_each_organiser_reviews_its_own_events_and_others_the_rest(owned: Site) -> None:
    lines = owners(owned, "--others", "@editors").stdout.splitlines()
    assert lines == [
        "# almanac owners",
        "* @editors",
        "/content/organisers/museum.md @city/museum guide@example.org",
        "/content/events/bones.md @city/museum guide@example.org",
        "/content/events/both.md @city/museum guide@example.org",
    ]
    owned.edit(KEXIE, "---\nname:", "---\naccounts: kexie\nname:")
    lines = owners(owned).stdout.splitlines()
    assert "/content/events/alone.md @kexie" in lines
    assert "/content/events/both.md @city/museum guide@example.org @kexie" in lines


def test_a_platform_reads_each_name_as_it_is(owned: Site) -> None:
    owned.event("2027 [春]/bird", organiser="museum")
    ours = "content/events/2027 [春]/bird.md"
    (line,) = [line for line in owners(owned).stdout.splitlines() if "bird" in line]
    assert line.startswith(r"/content/events/2027\ ?春?/bird.md @")
    (line,) = [line for line in owners(owned, "--platform", "gitea").stdout.splitlines() if "bird" in line]
    pattern = re.split(r"(?<!\\) ", line)[0]
    expression = re.sub(r"\\(.)", r"\1", pattern)  # Gitea takes a backslash away before it reads the expression
    assert re.fullmatch(expression, ours)
    assert not re.fullmatch(expression, ours.replace(".md", "xmd"))


def test_without_accounts_it_says_where_to_write_them_and_a_wrong_account_is_a_problem(site: Site) -> None:
    found = owners(site)
    assert found.stdout == "# almanac owners\n"
    assert found.stderr == (
        "No organiser has accounts. Write them into content/organisers/, such as accounts: [kexie].\n"
    )
    site.edit(KEXIE, "---\nname:", "---\naccounts: 市科协 小王\nname:")
    assert "“市科协 小王” is not an account of a code platform." in site.problems()


def test_accounts_are_not_for_the_public(owned: Site) -> None:
    owned.build()
    assert not [file for file, content in owned.files().items() if b"city/museum" in content]
