"""Names of files made from titles: they become addresses, which last and are typed by people."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 48  # characters


def slug_of(title: str) -> str:
    """A title in lower-case letters, digits and hyphens: pinyin without tones, shortened between syllables."""
    from pypinyin import lazy_pinyin  # late: it is slow to load

    syllables = re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(unicodedata.normalize("NFKC", title))).lower())
    slug = ""
    for syllable in syllables:
        if slug and len(slug) + len(syllable) >= LONGEST:
            break
        slug = f"{slug}-{syllable}" if slug else syllable[:LONGEST]
    return slug or "event"
