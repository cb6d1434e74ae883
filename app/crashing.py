"""Named places at which a test may watch the product, or end the process.

Nothing here reads a setting: only code that runs in the same process can watch, so an installation
cannot be made to crash from outside. Unwatched, a place costs one call and an empty loop.
"""

from __future__ import annotations

from collections.abc import Callable

watchers: list[Callable[[str], None]] = []


def point(place: str) -> None:
    """The work at hand has come to this place; a crash here must lose and double nothing."""
    for watch in watchers:
        watch(place)
