"""How places and departments are written: full and short, with and without the district. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.identity.annexes.folding import folded
from app.identity.annexes.layouts import ENDINGS, INDUSTRY_WORDS, KINDS

_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A unit as far as its names go."""

    id: str
    name: str
    official: str
    """What the list of divisions calls its place; empty for departments and zones."""
    industry: str
    above: tuple[str, ...]
    """The names of the units above, which people write before it."""


def canonical(text: str) -> str:
    """One spelling for 窑湾社区居委会 and 窑湾社区居民委员会; a village stays a village."""
    plain = folded(text)
    for ending, short in ENDINGS:
        if plain.endswith(ending) and len(plain) > len(ending):
            base = plain.removesuffix(ending)
            return base if base.endswith(short) and short else base + short
    return plain


def bare(text: str) -> str:
    """A canonical name without its kind: 东苑 for 东苑街道."""
    for kind in KINDS:
        if text.endswith(kind) and len(text) > len(kind) + 1:
            return text.removesuffix(kind)
    return text


class Index:
    """Looks units up by what people write; exact names before short ones, never by likeness."""

    def __init__(self, units: Iterable[Spelled]) -> None:
        self._full: dict[str, set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        self._industries: dict[str, set[str]] = defaultdict(set)
        prefixes: set[str] = set()
        for unit in units:
            above = {form for name in unit.above for form in (folded(name), canonical(name))}
            prefixes |= above
            for name in {unit.name, unit.official} - {""}:
                plain = _without(canonical(name), above)
                self._full[plain].add(unit.id)
                self._short[bare(plain)].add(unit.id)
            if unit.industry:
                self._industries[unit.industry].add(unit.id)
        self._prefixes = frozenset(prefixes)

    def find(self, text: str) -> tuple[str, ...]:
        """The units that this may mean: none, one, or several that nobody but a person can tell."""
        for form in self._forms(text):
            for table in (self._full, self._short):
                if form in table:
                    return tuple(sorted(table[form]))
            industry = INDUSTRY_WORDS.get(form)
            if industry in self._industries:
                return tuple(sorted(self._industries[industry]))
        return ()

    def _forms(self, text: str) -> Sequence[str]:
        """The text as it stands, without the units above, and both without what is in brackets."""
        plain = folded(text)
        spoken = folded(_BRACKETS.sub("", plain)) or plain
        said = [each for form in (plain, spoken) for each in (form, _without(form, self._prefixes))]
        said += [form[1:] for form in said if form.startswith(KINDS)]  # 区住建局
        return list(dict.fromkeys(canonical(form) for form in said))


def _without(text: str, prefixes: Iterable[str]) -> str:
    """The text after every unit above that is written before it; never all of it."""
    found = (one for one in prefixes if text.startswith(one) and len(text) > len(one) + 1)
    longest = max(found, key=len, default="")
    return _without(text.removeprefix(longest), prefixes) if longest else text
