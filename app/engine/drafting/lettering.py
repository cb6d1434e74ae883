"""Where the words of lines and ends stand in a drawing, clear of what is there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.engine.drafting.elements import read_box
from app.engine.drafting.plan import Box, Point
from app.engine.drafting.sheet import Sheet
from app.engine.gate_words import BPMNDI, DC

LETTER, LINE = 13, 14
"""The width and the height of a Chinese character in a drawing."""
_STEP = 16


def words_box(x: float, y: float, words: str) -> Box:
    """The room that words take from here on."""
    return Box(x, y, max(24, len(words) * LETTER), LINE)


def labels(sheet: Sheet) -> dict[str, Box]:
    """Where words stand beside shapes and lines, by what they are of."""
    found = {}
    for key, drawn in (*sheet.shapes(), *sheet.edges()):
        bounds = drawn.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
        if bounds is not None:
            found[key] = read_box(bounds)
    return found


def words_beside(sheet: Sheet, points: Sequence[Point], words: str) -> Box:
    """Where the words of a flow stand: beside it, as near to its beginning as there is room."""
    taken = list(labels(sheet).values())
    places = list(_beside(points, words))
    return next((box for box in places if not any(map(box.meets, taken))), places[0])


def words_above(box: Box, words: str) -> Box:
    """Where the name of a gateway stands."""
    width = len(words) * LETTER
    return Box(box.x - width + 12, box.y - 17, width, LINE)


def words_along(points: Sequence[Point], words: str) -> Box:
    """Where the words of a flow stand that was led elsewhere: beneath its longest level part."""
    a, b = max(_level(points), key=_length, default=(points[0], points[0]))
    box = words_box(0, a[1] + 4, words)
    return box._replace(x=(a[0] + b[0] - box.width) / 2)


def _beside(points: Sequence[Point], words: str) -> Iterator[Box]:
    (x, y), (next_x, next_y) = points[0], points[1]
    wide = words_box(0, 0, words).width
    if next_y == y:
        way = 1 if next_x > x else -1
        for far in range(0, max(1, int(abs(next_x - x) - wide)), _STEP):
            start = x + 5 + far if way > 0 else x - 5 - wide - far
            yield words_box(start, y + 6, words)
            yield words_box(start, y - 6 - LINE, words)
    elif next_y < y:
        for far in range(0, max(1, int(y - next_y - 45)), _STEP):
            yield words_box(x + 6, y - 45 - far, words)
            yield words_box(x - wide - 6, y - 45 - far, words)
    else:
        for far in range(0, max(1, int(next_y - y - 18 - LINE)), _STEP):
            yield words_box(x - wide - 6, y + 18 + far, words)
            yield words_box(x + 6, y + 18 + far, words)
    for part in sorted(_level(points[1:]), key=_length, reverse=True):
        middle = (part[0][0] + part[1][0] - wide) / 2
        yield words_box(middle, part[0][1] + 4, words)
        yield words_box(middle, part[0][1] - 4 - LINE, words)


def _level(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    return [(a, b) for a, b in pairwise(points) if a[1] == b[1]]


def _length(part: tuple[Point, Point]) -> float:
    return abs(part[0][0] - part[1][0])
