"""Places as the public may read them: down to the township, never further."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Division


def public_place(work: Session, division_code: str) -> str:
    """宜昌市西陵区西坝街道, from the code of a community."""
    codes = [division_code[:length] for length in (4, 6, 9)]
    rows = work.execute(
        select(Division.code, Division.name).where(Division.code.in_(codes)).order_by(Division.code)
    ).all()
    return "".join(name for _code, name in rows)
