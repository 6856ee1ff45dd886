"""Pinyin, by which people search who do not switch to Chinese input."""

from __future__ import annotations

import re
from itertools import groupby

from almanac.incremental import query
from almanac.model.site import Site

SYLLABLE = re.compile("[a-z0-9]+")
CHINESE = re.compile("[\u3400-\u9fff]")


@query(str)
def pinyin(site: Site, text: str) -> str:
    """The syllables of a Chinese text without tones, separated by blanks; empty if it has no Chinese character.

    The result is kept from one build to the next: the library takes longer to load than most builds last.
    """
    del site
    if not CHINESE.search(text):
        return ""
    from pypinyin import lazy_pinyin

    return " ".join(SYLLABLE.findall(" ".join(lazy_pinyin(text)).lower()))


FIRST_ROW, LAST_ROW = 0xB0, 0xD7  # of level 1 of GB 2312: its 3,755 characters stand in the order of their pinyin
FIRST_CELL, LAST_CELL = 0xA1, 0xFE


@query(str)
def syllable_runs(site: Site) -> str:
    """The pinyin of the common characters in the order of GB 2312: `a2 ai13` means two characters a, then 13 ai.

    A browser decodes GB 2312 by itself, so that a table of two kilobytes gives a file name to nearly every title.
    """
    del site
    from pypinyin import lazy_pinyin

    rows = range(FIRST_ROW, LAST_ROW + 1)
    codes = (bytes((row, cell)) for row in rows for cell in range(FIRST_CELL, LAST_CELL + 1))
    characters = "".join(code.decode("gb2312", "ignore") for code in codes)
    runs = ((syllable, len(list(run))) for syllable, run in groupby(lazy_pinyin(list(characters))))
    return " ".join(syllable if count == 1 else f"{syllable}{count}" for syllable, count in runs)
