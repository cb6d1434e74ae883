"""区划变更: what may become of divisions, and why not; nothing is changed here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.clock import minute
from app.errors import Conflict, Invalid
from app.identity import passwords
from app.identity.models import Division, Grant, Jurisdiction, Person, Unit
from app.identity.place_models import DivisionChange
from app.identity.queries import not_over

RENAME, MERGE, SPLIT = "rename", "merge", "split"
_MOST = 100
PLANNED, DONE, DROPPED = "planned", "done", "dropped"
_DIGITS = {"township": 9, "community": 12}
"""The levels whose divisions are changed here, and how long their codes are."""


@dataclass(frozen=True, slots=True)
class Reshape:
    """What is asked: which divisions become which, from when on."""

    kind: str
    sources: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    """(code, name); the first succeeds whatever ends. A source that stays is a target too."""
    effective_on: date
    allotted: Mapping[str, str] = field(default_factory=dict)
    """Of what is split: which community, or which post by its grant, goes to which target."""
    seen: str = ""
    """The change of these divisions that the preview showed as the last one."""

    @property
    def codes(self) -> set[str]:
        """Every division that it speaks of."""
        return {*self.sources, *(code for code, _name in self.targets)}

    @property
    def ending(self) -> list[str]:
        """Those that are no more afterwards."""
        stays = {code for code, _name in self.targets}
        return [code for code in self.sources if code not in stays]

    def heir(self, code: str) -> str:
        """Where the communities of a source go that nobody allots."""
        return self.targets[0][0] if code in self.ending else code


def of_change(change: DivisionChange) -> Reshape:
    """What was asked by a change that is kept."""
    targets = tuple((code, name) for code, name in change.targets)
    sources, day = tuple(code for code, _name in change.sources), change.effective_on
    return Reshape(change.kind, sources, targets, day, dict(change.allotted))


def check(
    work: Session, asked: Reshape, today: date, *, lock: bool = True
) -> Mapping[str, Division]:
    """Refuse what cannot be, or not now; else the places that it speaks of.

    Locks them, but for a preview: of two at once the second waits. Raises Invalid for the form,
    Conflict for what stands in the way.
    """
    places = _places(work, asked, lock=lock)
    _refuse_unseen(work, asked)
    faults = _faults(work, asked, places, today)
    if faults:
        raise Invalid(passwords.CORRECT, faults)
    refuse_planned(work, asked.codes)
    _refuse_claimed(work, asked, places)
    return places


def _places(work: Session, asked: Reshape, *, lock: bool) -> dict[str, Division]:
    """The rows of what there is and of those right above, in one order for everybody."""
    above = select(Division.parent_code).where(Division.code.in_(asked.codes))
    found = select(Division).where(or_(Division.code.in_(asked.codes), Division.code.in_(above)))
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return {row.code: row for row in work.scalars(found.order_by(Division.code))}


def _faults(
    work: Session, asked: Reshape, places: Mapping[str, Division], today: date
) -> dict[str, str]:
    faults = {}
    if asked.effective_on < today:
        faults["effective_on"] = "生效日期不能早于今天"
    sources = [places[code] for code in asked.sources if code in places]
    alike = {(place.level, place.parent_code) for place in sources}
    live = all(place.valid_to is None for place in sources)
    if len(sources) != len(asked.sources) or len(alike) != 1 or not live:
        return faults | {"sources": "请选择同一上级之下现有的乡镇（街道）或社区（村）"}
    if sources[0].level not in _DIGITS:
        return faults | {"sources": "这里只变更乡镇（街道）和社区（村）"}
    faults |= _count_faults(asked)
    if "targets" not in faults and "sources" not in faults:
        faults |= _target_faults(work, asked, sources[0], places)
    children = set(work.scalars(select(Division.code).where(*_beneath(asked.sources))))
    held = {grant.id for grant, _person in posts_of(work, asked)}
    wrong = set(asked.allotted) - children - held or set(asked.allotted.values()) - asked.codes
    return faults | ({"allotted": "划分的社区（村）、职务与现状不符，请重新预览"} if wrong else {})


def _count_faults(asked: Reshape) -> dict[str, str]:
    """How many of each: 1 → 1 the same, some → 1, 1 → some."""
    before, after = len(set(asked.sources)), len({code for code, _name in asked.targets})
    if after != len(asked.targets):
        return {"targets": "变更后的代码不能重复"}
    if asked.kind == RENAME and (before, after) == (1, 1) and not asked.ending:
        return {}
    if asked.kind == MERGE and before > 1 and after == 1:
        return {}
    if asked.kind == SPLIT and before == 1 and after > 1:
        return {}
    return {
        RENAME: {"sources": "更名请选择一个区划"},
        MERGE: {"sources": "合并请选择两个以上区划，合并后为一个"},
        SPLIT: {"targets": "拆分请选择一个区划，填写拆分后的两个以上区划"},
    }.get(asked.kind, {"kind": "请选择变更种类"})


def _target_faults(
    work: Session, asked: Reshape, source: Division, places: Mapping[str, Division]
) -> dict[str, str]:
    names = [name for _code, name in asked.targets]
    if any(not 2 <= len(name) <= 40 for name in names) or len(set(names)) != len(names):
        return {"targets": "名称为2至40个字，不能重复"}
    if asked.kind == RENAME and names[0] == source.name:
        return {"targets": "新名称与现名称相同"}
    pattern = re.compile(rf"{source.parent_code}\d+", re.ASCII)
    for code, _name in asked.targets:
        if code in asked.sources:
            continue
        if len(code) != _DIGITS[source.level] or not pattern.fullmatch(code):
            return {"targets": f"新代码为{_DIGITS[source.level]}位数字，前几位是上级的代码"}
        if code in places:
            return {"targets": f"代码{code}已经用过，不能重复使用"}
    taken = select(Division.name).where(
        Division.parent_code == source.parent_code,
        Division.valid_to.is_(None),
        Division.name.in_(names),
        Division.code.not_in(asked.sources),
    )
    found = work.scalars(taken).first()
    return {"targets": f"同一上级之下已有“{found}”"} if found else {}


def latest(work: Session, codes: Collection[str]) -> DivisionChange | None:
    """The newest change, planned or done, that speaks of any of these divisions."""
    changes = select(DivisionChange).where(DivisionChange.state != DROPPED)
    newest = work.scalars(changes.order_by(DivisionChange.set_at.desc(), DivisionChange.id.desc()))
    return next((one for one in newest if of_change(one).codes & set(codes)), None)


def as_seen(asked: Reshape, last: DivisionChange | None) -> Reshape:
    """The same, previewed after that change."""
    return replace(asked, seen=last.id if last else "")


def every(work: Session) -> Sequence[DivisionChange]:
    """Every change, the newest first."""
    found = select(DivisionChange).options(joinedload(DivisionChange.set_by))
    order = (DivisionChange.set_at.desc(), DivisionChange.id.desc())
    return work.scalars(found.order_by(*order).limit(_MOST)).all()


def _refuse_unseen(work: Session, asked: Reshape) -> None:
    last = latest(work, asked.codes)
    if last is not None and last.id != asked.seen:
        raise Conflict(
            f"{last.set_by.name}已于{minute(last.set_at)}办理这里的区划变更（{last.effective_on}生效），"
            "请重新预览后再确认"
        )


def refuse_planned(work: Session, codes: Collection[str]) -> None:
    """Raises Conflict where a change that waits for its day speaks of one of these or beside it."""
    mine = set(codes)
    above = mine | _parents(work, mine)
    waiting = select(DivisionChange).where(DivisionChange.state == PLANNED)
    for change in work.scalars(waiting):
        theirs = of_change(change).codes
        if above & theirs or mine & _parents(work, theirs):
            raise Conflict(
                f"{change.set_by.name}已安排这里的区划变更，{change.effective_on}生效，"
                "请等其生效，或先取消"
            )


def _parents(work: Session, codes: Collection[str]) -> set[str]:
    """What these divisions lie in today; a code that is yet to be lies where its source does."""
    found = select(Division.parent_code).where(Division.code.in_(codes))
    return {code for code in work.scalars(found) if code}


def _refuse_claimed(work: Session, asked: Reshape, places: Mapping[str, Division]) -> None:
    """Another's claim on what ends must be settled first: it may not fit what comes after."""
    found = (
        select(Jurisdiction)
        .join(Unit, Jurisdiction.unit_id == Unit.id)
        .where(
            Jurisdiction.division_code.in_(asked.ending),
            or_(Unit.division_code.is_(None), Unit.division_code != Jurisdiction.division_code),
            or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to >= asked.effective_on),
        )
    )
    claim = work.scalars(found).first()
    if claim is not None:
        place = places[claim.division_code].name
        raise Conflict(f"“{place}”另由“{claim.unit.name}”管辖，请先结束那一项管辖")


def _beneath(codes: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return Division.parent_code.in_(codes), Division.valid_to.is_(None)


def communities(work: Session, codes: Sequence[str]) -> Sequence[Division]:
    """The communities in force right beneath these townships."""
    found = select(Division).where(*_beneath(codes))
    return work.scalars(found.order_by(Division.code)).all()


def posts_of(work: Session, asked: Reshape) -> Sequence[tuple[Grant, Person]]:
    """The posts in the governments of a division that is split, from that day on, by name."""
    if asked.kind != SPLIT:
        return ()
    found = (
        select(Grant, Person)
        .join(Unit, Grant.unit_id == Unit.id)
        .join(Person, Grant.person_id == Person.id)
        .where(Unit.division_code.in_(asked.sources), Unit.kind == "government")
        .where(not_over(asked.effective_on))
    )
    rows = work.execute(found.order_by(Person.name, Grant.valid_from, Grant.id))
    return [(grant, person) for grant, person in rows]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change will move beside cases."""

    units: list[tuple[str, str]]
    """(unit that ends, its successor)"""
    posts: int
    communities: list[tuple[str, str, str]]
    """(its code, community, the township that it comes to)"""


def foresee(work: Session, asked: Reshape) -> Foreseen:
    """What it will move, before it does."""
    names, first = dict(asked.targets), asked.targets[0][1]
    ending = select(Unit).where(Unit.division_code.in_(asked.ending), Unit.kind == "government")
    units = work.scalars(ending.order_by(Unit.division_code)).all()
    held = select(func.count()).select_from(Grant)
    held = held.where(Grant.unit_id.in_([unit.id for unit in units]), not_over(asked.effective_on))
    moved = [
        (place.code, place.name, names[to])
        for place in communities(work, asked.sources)
        if (to := goes_to(asked, place)) != place.parent_code
    ]
    leaving = [grant for grant, _person in posts_of(work, asked) if not asked.ending]
    going = sum(post_goes_to(asked, grant) != asked.sources[0] for grant in leaving)
    return Foreseen([(unit.name, first) for unit in units], (work.scalar(held) or 0) + going, moved)


def post_goes_to(asked: Reshape, grant: Grant) -> str:
    """The division in whose government a post of a source is held afterwards."""
    return asked.allotted.get(grant.id, asked.heir(asked.sources[0]))


def goes_to(asked: Reshape, place: Division) -> str:
    """The township to which a community beneath a source belongs afterwards."""
    return asked.allotted.get(place.code, asked.heir(place.parent_code or ""))
