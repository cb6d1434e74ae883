"""Files of the corpus, spoilt byte by byte and piece by piece: findings come back, never an error.

`GATE_FUZZ=300000` runs the full count; by default a share of it with the same seeds.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from tests.engine.corpus_files import CorpusFile, corpus
from tests.engine.test_gate_fuzz import TAGS

SEEDS = (1, 2)
COUNT = int(os.environ.get("GATE_FUZZ", "6000")) // len(SEEDS)
LARGEST = 20_000
SECONDS = 3.0
"""CPU time of the slowest file, on a busy machine; the child stops one at ten."""
PIECES = re.compile(rb"<[^>]*>|[^<]+|<")
JSON_PIECES = re.compile(rb'"[^"]*"|[\[\]{}:,]|[^"\[\]{}:,]+|"')
VALUES = re.compile(rb'="([^"]*)"')
STRANGE = [
    b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"<", b">", b"&", b"&#0;", b"&x;", b"]]>", b"<!--",
    b'"', b"<?x?>", b"<![CDATA[", b"-1", b"1e999", b"NaN", "社区\u202e".encode(), b"__class__",
    b"true", b"null", b"9" * 400, b"a" * 300, b"../../x", b"P1D", b"outcome", b"demo", b" ", b"\n",
]  # fmt: skip


class Mutations:
    """Spoilt files, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - nothing secret
        small = [each for kind in ("honest", "hostile") for each in corpus(kind)]
        self.sources = [each for each in small if len(each.body) <= LARGEST]
        self.honest = [each for each in self.sources if not each.code]

    def __iter__(self) -> Iterator[CorpusFile]:
        while True:
            source = self.chance.choice(self.honest if self.chance.random() < 0.6 else self.sources)
            body = source.body
            for _ in range(self.chance.choice((1, 1, 1, 2, 3, 6))):
                body = self.spoilt(body, source)
            yield replace(source, body=body[: 4 * LARGEST])

    def spoilt(self, body: bytes, source: CorpusFile) -> bytes:
        match self.chance.randrange(10):
            case 0:
                return self.letters(body)
            case 1:
                return self.tags(body)
            case 2 | 3 | 4:
                return self.values(body)
            case 5:
                return self.grafted(body, source)
        return self.pieces(body, source)

    def letters(self, body: bytes) -> bytes:
        a, b = sorted(self.chance.choices(range(len(body) + 1), k=2))
        b = min(b, a + self.chance.choice((1, 4, 400)))
        return body[:a] + self.chance.choice(STRANGE) + body[b:]

    def tags(self, body: bytes) -> bytes:
        old, new = (self.chance.choice(TAGS).encode() for _ in range(2))
        return re.sub(rb"\b%b\b" % old, new, body)

    def values(self, body: bytes) -> bytes:
        """One value in place of another, in one place or everywhere."""
        known = list(VALUES.finditer(body))
        if not known:
            return self.letters(body)
        old = self.chance.choice(known)
        new = self.chance.choice([self.chance.choice(known)[1], self.chance.choice(STRANGE)])
        if self.chance.random() < 0.5:
            return body.replace(old[0], b'="' + new + b'"')
        return body[: old.start(1)] + new + body[old.end(1) :]

    def pieces(self, body: bytes, source: CorpusFile) -> bytes:
        """A tag or a text left out, doubled, or swapped with another."""
        found = (JSON_PIECES if source.path.suffix == ".json" else PIECES).findall(body)
        if not found:
            return self.letters(body)
        a, b = (self.chance.randrange(len(found)) for _ in range(2))
        match self.chance.randrange(3):
            case 0:
                del found[a]
            case 1:
                found.insert(a, found[b])
            case _:
                found[a], found[b] = found[b], found[a]
        return b"".join(found)

    def grafted(self, body: bytes, source: CorpusFile) -> bytes:
        """An element of another file, with what stands in it."""
        other = self.chance.choice([s for s in self.sources if s.path.suffix == source.path.suffix])
        tag = self.chance.choice(TAGS).encode()
        found = re.search(rb"<(\w+:)?%b\b.*?</(\w+:)?%b>" % (tag, tag), other.body, re.DOTALL)
        places = [each.end() for each in re.finditer(rb">", body)]
        if found is None or not places:
            return self.letters(body)
        at = self.chance.choice(places)
        return body[:at] + found[0] + body[at:]


@pytest.mark.parametrize("seed", SEEDS)
def test_spoilt_files_are_judged_without_an_error(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    counted, slowest = Counter[str](), (0.0, b"")
    for _, case in zip(range(COUNT), Mutations(seed), strict=False):
        begun = time.thread_time()
        try:
            findings = case.findings()
        except UnicodeDecodeError:
            assert case.path.suffix == ".json"  # who publishes reads the text first, and refuses
            findings = []
        except Exception as escaped:
            raise AssertionError(f"{case.path.name}: {case.body!r}") from escaped
        slowest = max(slowest, (time.thread_time() - begun, case.body))
        counted["refused" if findings else "taken"] += 1
        counted.update({each.code for each in findings})
    kinds = len(counted) - 2
    said = f"{counted['refused']} refused with {kinds} codes, {counted['taken']} taken"
    said = f"{COUNT} spoilt files, seed {seed}: {said}, slowest {slowest[0] * 1000:.0f} ms"
    record_property("measured", said)
    assert slowest[0] < SECONDS, slowest[1]
    assert counted["taken"] > COUNT / 100
    assert kinds > 40
