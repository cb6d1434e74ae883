"""What a preview says of a case besides where it goes: levels passed by, and what a move ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import Process, reviewing
from app.identity.models import Person
from app.workflow import definitions, desks, kinds
from app.workflow.habits import TaskDraft
from app.workflow.models import Case, Task
from app.workflow.studio import typed
from app.workflow.studio.hands import Hands, losers
from app.workflow.studio.moving import Plan
from app.workflow.studio.standing import WAITING


def passed_by(case: Case, old: Process, new: Process, plan: Plan) -> tuple[str, ...]:
    """The steps, by name, that the newer version puts in behind a case: it comes to them no more,
    unless somebody sends it back.
    """
    known = {one.name for one in old.tasks.values()} | old.tasks.keys()
    added = {key for key, one in new.tasks.items() if not {key, one.name} & known}
    if not added:
        return ()
    begin = frozenset(key for key, one in new.tasks.items() if one.form == new.start_form)
    stands = frozenset(one.element for one in plan.step.open)
    behind = reviewing.left_behind(new, stands, begin, kinds.of(case.process_key).approving)
    return tuple(new.tasks[one].name for one in new.tasks if one in added & behind - _own(new))


def _own(process: Process) -> set[str]:
    """The applicant's own steps."""
    return {
        key
        for key, one in process.tasks.items()
        if all(desks.APPLICANT in party.roles for party in one.parties)
    }


class Caveats:
    """The same for many cases, whose tasks are asked for once."""

    def __init__(self, work: Session, case_ids: Collection[str], hands: Hands) -> None:
        self._work, self._hands = work, hands
        self._claimed: dict[str, list[Task]] = defaultdict(list)
        self._straight: dict[str, list[Task]] = defaultdict(list)
        self._typed: dict[str, list[tuple[TaskDraft, Task]]] = defaultdict(list)
        waits = Task.case_id.in_(case_ids), Task.status.in_(WAITING)
        rows = select(Task).where(*waits, Task.straight_to_id.is_not(None)).order_by(Task.id)
        for row in work.scalars(rows):
            self._straight[row.case_id].append(row)
        rows = select(Task).where(*waits, Task.claimed_by_id.is_not(None))
        for row in work.scalars(rows.order_by(Task.opened_at, Task.party, Task.id)):
            self._claimed[row.case_id].append(row)
        self._added: dict[str, list[tuple[str, str]]] = defaultdict(list)
        added = select(Task.case_id, Task.ref, Person.name).where(*waits, Task.added != "")
        named = added.join(Person, Person.id == Task.named_id).order_by(Task.turn, Task.id)
        for case_id, ref, name in work.execute(named):
            self._added[case_id].append((ref, name))
        for draft, task in typed.lying(work, case_ids):
            self._typed[task.case_id].append((draft, task))

    def of(self, case: Case, plan: Plan) -> tuple[str, ...]:
        """Of one case, in words."""
        both = (definitions.get(self._work, case.version_id),
                definitions.get(self._work, plan.version.id))  # fmt: skip
        old, new = (one.process for one in both)
        said = [f"已办过此处，不再经过新增的“{name}”" for name in passed_by(case, old, new, plan)]
        for row in self._straight[case.id]:
            said.append(f"“{row.name}”办结后不再直接送回，按新版逐级办理")
        for one in plan.asked_anew:
            step = new.tasks[one.element].name
            said.append(f"“{step}”换了办理人或签署办法，原来的单位和岗位时限照旧")
        said += self._given_up(case, plan)
        if gone := [name for ref, name in self._added[case.id] if ref in plan.step.closed]:
            said.append(f"加签的{'、'.join(gone)}不再签署")
        if lost := self._lost(case, plan, both):
            said.append(f"原环节有 {lost} 人写了一半，更新后不再用到")
        return tuple(said)

    def _given_up(self, case: Case, plan: Plan) -> list[str]:
        """Whose claims a move ends."""
        left = [row for row in self._claimed[case.id] if row.ref in plan.step.closed]
        lost = losers(left, self._hands.foreseen(case, plan, left)) if left else ()
        named = ((self._work.get_one(Person, who).name, step) for who, step in lost)
        return [f"{name}对“{step}”的签收取消" for name, step in named]

    def _lost(self, case: Case, plan: Plan, both: typed.Both) -> int:
        """How many of those who typed have it nowhere afterwards, as carrying decides that."""
        drafts = self._typed[case.id]
        if not drafts:
            return 0
        tasks = {row.id: row for row in (*self._claimed[case.id], *(row for _, row in drafts))}
        stay = [row for row in tasks.values() if row.ref not in plan.step.closed]
        rows = [*stay, *self._hands.rows(case, plan, list(tasks.values()))]
        at = self._hands.at
        return sum(not typed.where_to(self._work, both, one, rows, at) for one in drafts)
