"""Numbers without gaps: of cases, and of papers in each series."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.smallworks.models import Paper
from app.smallworks.papers import KINDS
from app.workflow.backstage import Counter
from app.workflow.models import Case


def check_numbers(work: Session) -> Iterator[str]:
    """Every row of numbers is 1 … n, and its counter says n."""
    used: dict[str, list[int]] = {}
    for number in work.scalars(select(Case.number)):
        year, _, value = number.partition("-")
        used.setdefault(f"case:{year}", []).append(int(value))
    for paper in work.scalars(select(Paper)):
        year, value = paper.number.split("〔")[1].removesuffix("号").split("〕")
        series = f"paper:{KINDS[paper.kind].mark}:{paper.unit_id}:{year}"
        used.setdefault(series, []).append(int(value))
    counted = {row.name: row.value for row in work.scalars(select(Counter))}
    for name in sorted(used | counted):
        values = sorted(used.get(name, []))
        if values != list(range(1, counted.get(name, 0) + 1)):
            yield f"numbers of {name}: {len(values)} used, the counter says {counted.get(name)}"
