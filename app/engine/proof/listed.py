"""What can be said beforehand of the variables that expressions read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.engine.check import Bounds

Known = Mapping[str, object]
FILLED = object()
"""Some value, of those that nobody has listed, but not nothing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What can be said of variables beforehand: all values of some, what bounds others have.

    `given` are the values that steps give to them, some of which may not be among the declared.
    """

    declared: Mapping[str, Sequence[object]]
    given: Mapping[str, Sequence[object]]
    bounds: Mapping[str, Bounds]

    def where(self, known: Known) -> Listed:
        """The same where some have these values; FILLED says of one only that it is not nothing."""
        declared, given, bounds = dict(self.declared), dict(self.given), dict(self.bounds)
        for name, value in known.items():
            if value is FILLED:
                bounds[name] = replace(bounds[name], empty=False)
                given[name] = [each for each in given.get(name, ()) if each is not None]
                continue
            declared[name] = [value]
            given.pop(name, None)
            bounds.pop(name, None)
        return Listed(declared, given, bounds)
