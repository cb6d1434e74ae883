"""Keyset paging: a page, and the mark from which the next one goes on."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from app.errors import Invalid

Item = TypeVar("Item")

PAGE = 50
MOST_COUNTED = 1000
"""Beyond this a count says nothing that anybody acts on, and costs."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the mark behind the last of them; an empty mark is the end."""

    rows: list[Item]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row in a list ordered by a moment and an id."""

    moment: datetime
    id: str

    def write(self) -> str:
        """The mark as addresses carry it."""
        text = f"{self.moment.astimezone(UTC).isoformat()}|{self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, mark: str) -> Cursor | None:
        """The cursor of a mark; none for an empty one. Raises Invalid for one that is not ours."""
        if not mark:
            return None
        try:
            text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
            moment, row = text.split("|")
            if not row.isalnum():
                raise ValueError(row)
            return cls(datetime.fromisoformat(moment).astimezone(UTC), row)
        except (ValueError, OverflowError) as broken:
            raise Invalid("翻页位置无效，请回到第一页") from broken
