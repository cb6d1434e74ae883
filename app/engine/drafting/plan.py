"""Boxes and points of a drawing, and the lines between them: right angles only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Point = tuple[float, float]


class Box(NamedTuple):
    """A shape's bounds."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: Box, margin: float = 0) -> bool:
        """Whether two boxes come closer to each other than the margin."""
        apart = (
            self.right + margin <= other.x
            or other.right + margin <= self.x
            or self.bottom + margin <= other.y
            or other.bottom + margin <= self.y
        )
        return not apart


def near(value: float) -> str:
    """A coordinate as it is written: whole, or with two digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def tidy(points: Iterable[Point]) -> list[Point]:
    """The same way without points that say nothing and without going back on itself."""
    found: list[Point] = []
    for point in points:
        if found and point == found[-1]:
            continue
        while len(found) > 1 and _straight(found[-2], found[-1], point):
            found.pop()
            if found and point == found[-1]:
                break
        if not found or point != found[-1]:
            found.append(point)
    return found


def _straight(a: Point, b: Point, c: Point) -> bool:
    return a[0] == b[0] == c[0] or a[1] == b[1] == c[1]


def squared(points: Sequence[Point]) -> list[Point]:
    """The same way with a corner wherever it would run aslant."""
    found = list(points[:1])
    for x, y in points[1:]:
        last = found[-1]
        if last[0] != x and last[1] != y:
            middle = (last[1] + y) / 2
            found += [(last[0], middle), (x, middle)]
        found.append((x, y))
    return tidy(found)


def side_of(box: Box, point: Point) -> str:
    """The side at which a line leaves or enters: left, right, top or bottom."""
    x, y = point
    gaps = {
        "right": abs(box.right - x),
        "left": abs(box.x - x),
        "top": abs(box.y - y),
        "bottom": abs(box.bottom - y),
    }
    return min(gaps, key=lambda side: gaps[side])


def dock(box: Box, side: str) -> Point:
    """The middle of a side."""
    x, y = box.middle
    return {
        "left": (box.x, y),
        "right": (box.right, y),
        "top": (x, box.y),
        "bottom": (x, box.bottom),
    }[side]


def route(start: Point, side: str, box: Box) -> list[Point]:
    """From a side of one shape into the left, the top or the bottom of another."""
    x, y = start
    left = dock(box, "left")
    if side == "right" and box.x >= x + 20:
        return tidy([start, (box.x - 20, y), (box.x - 20, left[1]), left])
    if side in {"top", "bottom"} and box.x >= x + 20:
        upward = left[1] < y
        if upward is (side == "top"):
            return tidy([start, (x, left[1]), left])
    enters = "bottom" if box.bottom < y else "top"
    middle = dock(box, enters)
    channel = box.bottom + 25 if enters == "bottom" else box.y - 25
    if side == "right":
        return tidy([start, (x + 20, y), (x + 20, channel), (middle[0], channel), middle])
    return tidy([start, (x, channel), (middle[0], channel), middle])


def along(start: Point, others: Iterable[Sequence[Point]], side: str) -> list[Point] | None:
    """Up or down into the channel by which another line already comes to the same shape."""
    x, y = start
    found: list[tuple[float, list[Point]]] = []
    for points in others:
        if len(points) < 3 or points[-1][0] != points[-2][0] or points[-2][1] != points[-3][1]:
            continue
        channel = points[-2][1]
        if (channel < y - 15) if side == "top" else (channel > y + 15):
            found.append((abs(channel - y), [start, (x, channel), points[-2], points[-1]]))
    return tidy(min(found)[1]) if found else None
