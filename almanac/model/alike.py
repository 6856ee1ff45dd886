"""When two events may be one: what `check` warns of, and the form for staff says as one types."""

from __future__ import annotations

import re
from datetime import timedelta

NEAR = timedelta(days=3)  # between their first dates
ALIKE = 85  # per cent of equal letters in two titles
NUMERAL = re.compile(r"[0-9一二三四五六七八九十百零两上中下甲乙丙丁]+")  # titles of a series differ in these alone
