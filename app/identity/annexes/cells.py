"""People out of cells: names and numbers as officials write them, paired by their order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.identity.annexes import patterns
from app.identity.annexes.folding import folded, seen
from app.identity.annexes.layouts import AREA_CODE, EMPTY

NAME, PHONE, BOTH = "name", "phone", "both"
"""What a column says it holds; people put the other thing there, too."""

SCIENTIFIC = "电话被表格改成了科学计数，请把该列设为文本后重新填写"
NO_NAME = "有电话没有姓名"
NO_PHONE = "缺少电话"
ODD_NAME = "姓名“{}”看不明白，请只填姓名，不写职务"
ODD_PHONE = "电话“{}”位数不对，应为11位手机号或带区号的座机"
UNEVEN = "{}个姓名对应{}个电话，请逐人对应填写"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as written: a name, a number where there is one, and what is wrong with them."""

    name: str
    phone: str = ""
    fault: str = ""


@dataclass(slots=True)
class _Found:
    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pairs: list[tuple[list[str], list[str]]] = field(default_factory=list)
    """What stood between two separators: names, numbers."""


def people(cells: Iterable[tuple[str, str]]) -> tuple[Named, ...]:
    """The people in the cells of one group (what the column says it holds, its text)."""
    found = _Found()
    for part, text in cells:
        _collect(seen(text), part, found)
    return _paired(found)


def pieces(text: str) -> list[str]:
    """A cell's text at its separators, without what is empty."""
    return [piece.strip() for piece in patterns.PIECES.split(seen(text)) if piece.strip()]


def is_empty(text: str) -> bool:
    """Whether a cell says nothing: blank, 无, 暂缺, a dash."""
    return not (plain := folded(text)) or plain in EMPTY


def _collect(text: str, part: str, found: _Found) -> None:
    if is_empty(text):
        return
    if patterns.SCIENTIFIC.search(text):
        found.faults.append(SCIENTIFIC)
        return
    numbers: list[str] = []

    def keep(number: str) -> str:
        numbers.append(number)
        return f" \x00{len(numbers) - 1}\x00 "

    marked = patterns.MOBILE.sub(
        lambda hit: keep(re.sub(r"\D", "", hit[1])), patterns.LABELS.sub(" ", text)
    )
    marked = patterns.LANDLINE.sub(lambda hit: keep(f"{hit[1]}-{hit[2]}"), marked)
    # numbers stand between marks now, so that what follows cannot read their place as a number
    marked = patterns.LOCAL.sub(lambda hit: keep(f"{AREA_CODE}-{hit[1]}"), marked)
    marked = patterns.BRACKETS.sub(lambda hit: hit[1] if "\x00" in hit[1] else " ", marked)
    for piece in patterns.PIECES.split(marked):
        _take(piece, numbers, part, found)


def _take(piece: str, numbers: list[str], part: str, found: _Found) -> None:
    """One piece between separators: its numbers, then what is left of it as names."""
    if part == PHONE and folded(piece) in EMPTY:
        found.phones.append("")  # keeps the others in step
        return
    rest, numbered = piece, len(found.phones)
    for mark in re.findall(r"\x00(\d+)\x00", piece):
        found.phones.append(numbers[int(mark)])
        rest = rest.replace(f"\x00{mark}\x00", " ")
    for digits in patterns.DIGITS.findall(rest):
        found.faults.append(ODD_PHONE.format(digits))
    names = _names(patterns.DIGITS.sub(" ", rest))
    found.names.extend(names)
    if names or len(found.phones) > numbered:
        found.pairs.append((names, found.phones[numbered:]))


def _names(text: str) -> list[str]:
    """Names in a text without separators: 王 芳 is one person, 王芳 李明 are two."""
    split = (word.strip(":") for word in patterns.DOTS.sub("·", text).split())
    words = [word for word in split if not is_empty(word)]
    if words and all(patterns.LATIN.fullmatch(word) for word in words):
        return [" ".join(words)]
    names: list[str] = []
    singles = ""
    for word in [*words, ""]:
        if len(word) == 1:
            singles += word
            continue
        if len(singles) == 1 and word:
            word = singles + word
        elif len(singles) == 1 and names:
            names[-1] += singles
        elif singles:
            names.append(singles)
        singles = ""
        names.extend([word] if word else [])
    return names


def _paired(found: _Found) -> tuple[Named, ...]:
    names, phones = found.names, found.phones
    fault = "；".join(dict.fromkeys(found.faults))
    if not names:
        return (Named("", fault=fault or NO_NAME),) if fault or any(phones) else ()
    if len(phones) == 1 and len(names) > 1 and not phones[0].startswith("1"):
        phones = phones * len(names)  # the telephone of an office
    if not phones:
        return tuple(_named(name, "", fault or NO_PHONE) for name in names)
    if len(phones) != len(names):
        if all(len(who) == 1 and len(had) < 2 for who, had in found.pairs):
            spread = [had[0] if had else "" for _, had in found.pairs]
            return tuple(_pairs(names, spread, fault))
        told = fault or UNEVEN.format(len(names), len(phones))
        return tuple(Named(name, fault=told) for name in names)
    return tuple(_pairs(names, phones, fault))


def _pairs(names: Sequence[str], phones: Sequence[str], fault: str) -> Iterable[Named]:
    for name, phone in zip(names, phones, strict=True):
        yield _named(name, phone, fault or ("" if phone else NO_PHONE))


def _named(name: str, phone: str, fault: str) -> Named:
    fits = any(shape.fullmatch(name) for shape in (patterns.HAN, patterns.DOTTED, patterns.LATIN))
    return Named(name, phone, fault if fits else ODD_NAME.format(name))
