"""How people write names and telephone numbers into a cell."""

from __future__ import annotations

import re

MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1(?:[- ‐-―]?\d){10})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)\(?(0\d{2,3})\)?[- ‐-―]?(\d{7,8})(?!\d)")
LOCAL = re.compile(r"(?<!\d)([2-9]\d{6,7})(?!\d)")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.I)
DIGITS = re.compile(r"\d[\d -]*\d|\d")
BRACKETS = re.compile(r"\(([^()]*)\)")
PIECES = re.compile(r"[、,;/|\n\t]+")
LABELS = re.compile(r"(?:姓名|联系电话|联系方式|电话|手机号码|手机号|手机|tel)\s*[:：]?\s*", re.I)
DOTS = re.compile(r"[•・‧∙⋅˙.]")
HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
DOTTED = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff]{1,10}(?:·[\u3400-\u9fff\U00020000-\U0003ffff]{1,10})+"
)
LAST = re.compile(r"(?:名称|全称)$")
"""What headings add to what they ask."""
LATIN = re.compile(r"[A-Za-z][A-Za-z '-]{1,40}")
