"""What points at a person in a text, as far as it can be seen from its form."""

from __future__ import annotations

import re

# Swedish personal and coordination numbers (SKV 704, 707): YYMMDD or YYYYMMDD, 60 added to the day, four digits. The check
# digit is not asked for: a number with a slip in it still points at somebody.
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])\s?[-+]?\s?\d{4}(?!\d)")
TELEPHONE = re.compile(r"(?<![\d-])(?:\+|00|0)[1-9](?:[\s\-–/()]{0,2}\d){5,12}(?!\d)")
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
