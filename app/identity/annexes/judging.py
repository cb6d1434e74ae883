"""Judging an annex line by line against the store: what is new, changed, the same, or at fault.

Nothing is written. The same judgement is made again within the transaction that carries it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity import naming, posts
from app.identity.actor import Actor
from app.identity.annexes.cells import NO_PHONE, ODD_NAME
from app.identity.annexes.layouts import LAYOUTS, default_role
from app.identity.annexes.naming_places import Asker
from app.identity.annexes.places import Directory
from app.identity.annexes.reading import ADMINISTRATOR, Line, Reading
from app.identity.annexes.staff import Held, Known, by_number, holders, same_name
from app.identity.annexes.twins import Twins
from app.identity.annexes.verdicts import (
    CHANGED,
    FAULT,
    NEW,
    OPEN,
    SAME,
    Choices,
    Doubt,
    Judged,
    Judgement,
    Missing,
    key_of,
)
from app.identity.models import Person
from app.identity.permissions import rights
from app.identity.posts import KEEPER, Post
from app.identity.reach import may_administer
from app.identity.words import POSITIONS, ROLES

OUT_OF_REACH = "“{}”不在您的管理范围内"
WRONG_ROLE = "“{}”不适用于“{}”，请核对角色"
OTHER_NAME = "这个手机号已登记给另一个姓名的工作人员，请核对姓名和电话"
TWO_NAMES = "表中这个手机号写给了两个姓名，请核对"
STOPPED = "该人员的账号已停用，请先在人员账号页处理"
ONESELF = "不能给自己增减任职，请由上级管理员办理"
ASK_ABOVE = "这一行请由上级管理员核对办理"
"""Of whoever is not theirs to keep nothing is told: whose the number is, whether the name fits."""
ASK_PLACE = "请在上方选定机构"
ASK_READING = "请在上方选定姓名全拼"
NEW_ACCOUNT = "新开账号 {}"
MORE_POSTS = "已有账号 {}，增加任职"
OTHER_ROLE = "角色由“{}”改为“{}”"
GETS_PHONE = "补登电话"
NEW_PHONE = "电话换为 {}"
ASK_TWIN = "本单位已有同名人员，电话不同，请在上方选定是同一人换号，还是另一个人"
NO_ROLE = "无角色"
TWO_KEEPERS = "表中给这个单位写了两名系统后台管理员，请只留一名"
KEEPER_STAYS = "该人员是系统后台管理员，换人请先在账号页办理交接"
_ADMINISTRATIVE = "people:reset"


def judge(work: Session, actor: Actor, found: Reading, choices: Choices) -> Judgement:
    """What every line of a reading comes to today, for this administrator."""
    return _Judge(work, actor, choices).run(found.lines)


class _Judge:
    """One judgement: everything is looked up in a few statements, then line by line in memory."""

    def __init__(self, work: Session, actor: Actor, choices: Choices) -> None:
        self._work, self._actor, self._choices = work, actor, choices
        self._directory = Directory(work, actor)
        self._asker = Asker(self._directory, choices)
        self._numbers: dict[str, list[Known]] = {}
        self._held: dict[str, list[Held]] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._doubts: dict[str, Doubt] = {}
        self._twins = Twins(choices)
        self._posts: dict[Post, str] = {}
        self._keepers: dict[str, tuple[str, str]] = {}

    def run(self, lines: Sequence[Line]) -> Judgement:
        placed = [(line, *self._asker.unit_of(line)) for line in lines]
        units = {unit for _, _, unit in placed if unit}
        self._numbers = by_number(self._work, {line.phone for line in lines})
        self._held = holders(self._work, units & self._directory.reached, self._actor.day)
        for line in lines:
            self._names[line.phone].add(line.name)
        for line, _, unit in placed:
            if line.phone and not line.fault and not self._numbers.get(line.phone):
                name = self._directory.units[unit].name if unit else ""
                self._twins.look(line, name, self._held.get(unit, ()))
        judged = [self._line(line, owner, unit) for line, owner, unit in placed]
        return Judgement(
            lines=judged,
            questions=self._asker.questions,
            doubts=list(self._doubts.values()),
            twins=self._twins.asked,
            missing=self._missing(judged),
            lists=self._asker.lists,
        )

    def _line(self, line: Line, owner: str, unit_id: str) -> Judged:
        made = Judged(line, FAULT, line.fault)
        if not unit_id:
            made.verdict = FAULT if line.fault else OPEN
            made.why = line.fault or ASK_PLACE
            return made
        unit = self._directory.units[unit_id]
        made.unit_id, made.unit_name = unit_id, unit.name
        made.position = "" if line.position == ADMINISTRATOR else line.position
        made.role = line.role or default_role(line.annex, unit.level)
        made.why = self._refused(made) or self._meets(made)
        if made.why:
            return made
        self._compare(made)
        return made

    def _refused(self, made: Judged) -> str:
        """Why such a post cannot be in such a unit, or is not this administrator's to see."""
        unit = self._directory.units[made.unit_id]
        if unit.id not in self._directory.reached:
            return OUT_OF_REACH.format(unit.name)
        fits = made.role == default_role(made.line.annex, unit.level) or (
            made.role.endswith("_admin")
            and bool(rights(made.role, "", unit.level, unit.kind))
            and (made.role == KEEPER) == (not made.position)
        )
        if not fits or not rights(made.role, made.position, unit.level, unit.kind):
            return WRONG_ROLE.format(ROLES.get(made.role, made.role), unit.name)
        return ""

    def _meets(self, made: Judged) -> str:
        """Find who it is in the store; or why it can be nobody."""
        line = made.line
        here = [
            held.person
            for held in self._held.get(made.unit_id, [])
            if _same_post(held, made) and same_name(held.person.name, line.name)
        ]
        if line.fault:
            # somebody known may lack a number, or have a name that we would not guess
            mild = line.fault in (NO_PHONE, ODD_NAME.format(line.name))
            if mild and len({one.id for one in here}) == 1:
                return self._is(made, here[0])
            return line.fault
        with_number = self._numbers.get(line.phone, [])
        same = [one for one in with_number if same_name(one.name, line.name)]
        mobile = "-" not in line.phone
        known = same or (with_number if mobile else [])
        if known and not self._may_hear_of(known[0], here):
            return ASK_ABOVE
        if same:
            return self._is(made, same[0])
        if known:
            return OTHER_NAME
        if mobile and len(self._names[line.phone]) > 1:
            return TWO_NAMES
        bare = [one for one in here if not one.phone]
        if len(bare) == 1:
            made.sets_phone = True
            return self._is(made, bare[0])
        made.person_id = self._twins.known(made)[0]
        made.sets_phone = bool(made.person_id)
        return ""

    def _may_hear_of(self, person: Known, here: Sequence[Known]) -> bool:
        """Whether who has a number is to be told: it stands in this unit, or is theirs to keep."""
        if person.id == self._actor.id or person.id in {one.id for one in here}:
            return True
        row = self._work.get_one(Person, person.id)
        return may_administer(self._work, self._actor, row, "people:create")

    def _is(self, made: Judged, person: Known) -> str:
        made.person_id = person.id
        return STOPPED if person.status == "disabled" else ""

    def _compare(self, made: Judged) -> None:
        """The verdict on a line whose post can be, for a person who may be known."""
        held = [
            one
            for one in self._held.get(made.unit_id, [])
            if one.person.id == made.person_id and _same_post(one, made)
        ]
        if not held:
            self._new(made)
            return
        if made.line.role and made.line.role not in {one.role for one in held}:
            self._changed(made, held[0])
        elif made.sets_phone:
            made.verdict, made.why = CHANGED, self._phone_told(made)
            made.role = held[0].role
            self._touches(made)
        else:
            made.verdict, made.role = SAME, made.line.role or held[0].role

    def _changed(self, made: Judged, held: Held) -> None:
        if held.role == KEEPER:
            made.verdict, made.why = FAULT, KEEPER_STAYS
            return
        made.verdict, made.grant_id = CHANGED, held.grant_id
        before = ROLES.get(held.role, NO_ROLE)
        made.why = OTHER_ROLE.format(before, ROLES.get(made.role, made.role))
        self._touches(made)
        self._may_give(made)

    def _touches(self, made: Judged) -> None:
        """Nobody changes what they hold themselves, nor what a peer or superior holds."""
        person = self._work.get_one(Person, made.person_id)
        if person.id == self._actor.id:
            made.verdict, made.why = FAULT, ONESELF
        elif not may_administer(self._work, self._actor, person, "people:create"):
            made.verdict, made.why = FAULT, ASK_ABOVE

    def _new(self, made: Judged) -> None:
        made.verdict = NEW
        self._may_give(made)
        if made.verdict == FAULT:
            return
        if made.person_id:
            self._more(made)
            return
        if self._twins.is_open(made):
            made.verdict, made.why = OPEN, ASK_TWIN
            return
        self._spell(made)

    def _more(self, made: Judged) -> None:
        """One post more for somebody known, who must be theirs to keep, as with a post by hand."""
        known = self._numbers.get(made.line.phone, [])
        account = next((one.account for one in known if one.id == made.person_id), "")
        made.why = MORE_POSTS.format(account or self._twins.known(made)[1])
        if made.sets_phone:
            made.why = f"{made.why}，{self._phone_told(made)}"
        self._touches(made)

    def _phone_told(self, made: Judged) -> str:
        return NEW_PHONE.format(made.line.phone) if self._twins.known(made)[0] else GETS_PHONE

    def _may_give(self, made: Judged) -> None:
        """Units within reach suffice for a user's post; an administrator's is asked each time."""
        unit = self._directory.units[made.unit_id]
        if made.role == KEEPER and self._keepers.setdefault(unit.id, made.who) != made.who:
            made.verdict, made.why = FAULT, TWO_KEEPERS
            return
        if _ADMINISTRATIVE not in rights(made.role, made.position, unit.level, unit.kind):
            return
        post = Post(made.unit_id, made.role, made.position)
        if post not in self._posts:
            try:
                posts.check(self._work, self._actor, post)
                self._posts[post] = ""
            except Refusal as refused:
                self._posts[post] = refused.message
        if self._posts[post]:
            made.verdict, made.why = FAULT, self._posts[post]

    def _spell(self, made: Judged) -> None:
        """The account of somebody new; a name that can be read in several ways is asked about."""
        name, phone = made.who
        key = key_of(name, phone)
        proposal = naming.propose(name)
        chosen = self._choices.readings.get(key, "")
        if proposal.doubtful:
            doubt = Doubt(key, name, made.unit_name, list(proposal.readings), chosen)
            self._doubts.setdefault(key, doubt)
            if not naming.readable(chosen):
                made.verdict, made.why = OPEN, ASK_READING
                return
            made.reading = chosen
        made.why = NEW_ACCOUNT.format(made.reading or proposal.account)

    def _missing(self, judged: Sequence[Judged]) -> list[Missing]:
        """Who holds a post of these annexes in a unit that is listed, and does not stand there."""
        standing = {(one.unit_id, one.position, one.person_id) for one in judged}
        listed = {one.unit_id: LAYOUTS[one.line.annex] for one in judged if one.position}
        return [
            Missing(
                self._directory.units[unit].name, held.person.name,
                POSITIONS[held.position], held.person.account,
            )
            for unit, layout in listed.items()
            for held in self._held.get(unit, [])
            if held.position in layout.positions
            and held.person.status != "disabled"
            and (unit, held.position, held.person.id) not in standing
        ]  # fmt: skip


def _same_post(held: Held, made: Judged) -> bool:
    """Whether this is the post that the line names; the head of a sheet names the keeper."""
    if not made.position:
        return held.role == KEEPER
    return held.position == made.position
