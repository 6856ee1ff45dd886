"""Pinyin, by which people search who do not switch to Chinese input."""

from __future__ import annotations

import re

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
