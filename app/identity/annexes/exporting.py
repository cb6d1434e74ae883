"""Templates to fill, and the people of today in the same layout: what goes out comes back in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import vault
from app.errors import Forbidden, Invalid
from app.identity import posts
from app.identity.actor import Actor
from app.identity.annexes.drawing import SAMPLE_SHEET, Drawn, workbook
from app.identity.annexes.layouts import DEPARTMENTS, LAYOUTS, default_role
from app.identity.annexes.places import Directory, Known
from app.identity.annexes.staff import Held, holders
from app.identity.provenance import Origin
from app.identity.words import ROLES

_SAMPLE = (
    ("leader", (("宋知远", "13900000101"),)),
    ("head", (("程安之", "13900000102"),)),
    ("inspector", (("叶听雨", "13900000103"), ("何见山", "13900000104"))),
    ("safety_officer", (("叶听雨", "13900000103"), ("何见山", "13900000104"))),
)
"""Invented people, as the sample sheet shows them."""
_NOT_THIS = "{}不适用于“{}”，请选择{}"
_WANTED = {"1": "县市区", "2": "乡镇（街道）或县市区", DEPARTMENTS: "县市区或宜昌市"}
MOST_SHEETS = 40


def template(work: Session, actor: Actor, annex: str, unit_id: str) -> bytes:
    """An annex to be filled: the unit's places in the first column, and a sample beside."""
    directory, owners = _owners(work, actor, annex, unit_id)
    sheets = [_blank(directory, annex, owner) for owner in owners]
    return workbook([*sheets, _sample(directory, annex, owners[0])])


def export(
    work: Session, actor: Actor, annex: str, unit_id: str, origin: Origin
) -> tuple[bytes, int]:
    """The people of today whom this administrator reaches, and how many posts they hold."""
    directory, owners = _owners(work, actor, annex, unit_id)
    below = {
        place
        for owner in owners
        for place in directory.possible_places(annex, owner.id)
        if place in directory.reached
    }
    held = holders(work, below, actor.day)
    sheets, posts_shown = [], 0
    foot = f"说明：{origin.line}"
    for owner in owners:
        drawn, count = _filled(work, actor, directory, (annex, owner, foot), held)
        sheets.append(drawn)
        posts_shown += count
    return workbook(sheets, origin), posts_shown


def homes(work: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """The units for which this person may ask an annex, (id, name): their own, and those above
    whose table lists theirs.
    """
    directory = Directory(work, actor)
    possible = {one for annex in LAYOUTS for one in directory.possible_owners(annex)}
    listing = {directory.units[one].parent_id for one in directory.reached}
    near = possible & (directory.reached | listing)
    return [
        (unit.id, directory.shown(unit))
        for unit in directory.units.values()
        if unit.id in near and any(_lists(directory, annex, unit) for annex in LAYOUTS)
    ]


def _lists(directory: Directory, annex: str, unit: Known) -> bool:
    """Whether this unit's table has a line for a unit within reach."""
    return unit.id in directory.possible_owners(annex) and _reaches_into(directory, annex, unit)


def _owners(
    work: Session, actor: Actor, annex: str, unit_id: str
) -> tuple[Directory, Sequence[Known]]:
    """The unit itself, or the townships of a district whose communities are asked for."""
    directory = Directory(work, actor)
    unit = directory.units.get(unit_id)
    if annex not in LAYOUTS or unit is None:
        raise Invalid("请选择附件和单位")
    if unit_id not in directory.possible_owners(annex):
        raise Invalid(_NOT_THIS.format(f"附件{annex}", unit.name, _WANTED[annex]))
    owners: Sequence[Known] = [unit]
    if annex == "2" and unit.level == "district":
        owners = [
            directory.units[one]
            for one in directory.possible_places("1", unit_id)
            if one != unit_id
        ]
    reached = [one for one in owners if _reaches_into(directory, annex, one)]
    if not reached:
        raise Forbidden(f"“{unit.name}”不在您的管理范围内，或没有下级单位可填")
    return directory, reached[:MOST_SHEETS]


def _reaches_into(directory: Directory, annex: str, owner: Known) -> bool:
    return any(one in directory.reached for one in directory.possible_places(annex, owner.id))


def _places(directory: Directory, annex: str, owner: Known) -> list[Known]:
    found = (directory.units[one] for one in directory.possible_places(annex, owner.id))
    return [one for one in found if one.id in directory.reached]


def _roles(annex: str, owner: Known) -> list[str]:
    user = default_role(annex, owner.level)
    return [user, user.replace("_user", "_admin")]


def _blank(directory: Directory, annex: str, owner: Known) -> Drawn:
    names = [one.name for one in _places(directory, annex, owner) if one.id != owner.id]
    shown = [_short(name, owner) for name in names]
    return Drawn(
        annex, owner.name, owner.name, rows=[(name, {}, "") for name in shown],
        places=shown, roles=_roles(annex, owner),
    )  # fmt: skip


def _short(name: str, owner: Known) -> str:
    return name.removeprefix(owner.name) or name


def _sample(directory: Directory, annex: str, owner: Known) -> Drawn:
    places = [one for one in _places(directory, annex, owner) if one.id != owner.id][:1]
    people = {key: who for key, who in _SAMPLE if key in LAYOUTS[annex].positions}
    role = default_role(annex, owner.level)
    return Drawn(
        annex, SAMPLE_SHEET, owner.name, ("宋知远", "13900000101"),
        [(_short(one.name, owner), people, role) for one in places], roles=_roles(annex, owner),
        foot="说明：本页只作示例，导入时不读取。一格可写多人，用顿号分开；姓名和电话按先后一一对应",
    )  # fmt: skip


def _filled(
    work: Session, actor: Actor, directory: Directory,
    asked: tuple[str, Known, str], held: dict[str, list[Held]],
) -> tuple[Drawn, int]:  # fmt: skip
    annex, owner, foot = asked
    rows, count = [], 0
    places = _places(directory, annex, owner)
    for place in places:
        here = [
            one
            for one in held.get(place.id, [])
            if one.position in LAYOUTS[annex].positions and one.person.status != "disabled"
        ]
        count += len(here)
        rows.extend(_rows(_short(place.name, owner), place.id == owner.id, here))
    keeper = ("", "")
    if owner.id in directory.reached:
        person = posts.keeper(work, owner.id, actor.day)
        keeper = (person.name, vault.unseal(person.phone)) if person else keeper
    drawn = Drawn(
        annex, owner.name, owner.name, keeper, rows,
        [_short(one.name, owner) for one in places], _roles(annex, owner), foot,
    )  # fmt: skip
    return drawn, count


def _rows(
    name: str, owns: bool, here: Sequence[Held]
) -> list[tuple[str, dict[str, list[tuple[str, str]]], str]]:
    """One line for each role held there, so that none is lost; a bare one for a place of nobody."""
    roles = list(dict.fromkeys(one.role for one in here)) or ([] if owns else [""])
    made = []
    for role in roles:
        people: dict[str, list[tuple[str, str]]] = {}
        for one in here:
            if one.role == role:
                told = (one.person.name, vault.unseal(one.person.phone))
                people.setdefault(one.position, []).append(told)
        made.append((name, people, role if role in ROLES else ""))
    return made
