"""Places as the public may read them: down to the township, never further."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.workflow.places import lineage


def public_place(work: Session, division_code: str) -> str:
    """宜昌市西陵区西坝街道, from the code of a community."""
    way = [one for one in lineage(work, division_code) if one.level != "community"]
    city = way[0].parent if way else None
    return "".join(one.name for one in (city, *way) if one is not None)
