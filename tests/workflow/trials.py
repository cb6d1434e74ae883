"""Everybody tries every verb on a case, allowed or not: what comes of each try is judged here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from app.clock import local
from app.db import session
from app.errors import BrokenProcess
from app.identity.actor import Actor
from app.workflow import (
    commands,
    cosigning,
    handing,
    handling,
    nominees,
    offers,
    reach,
    steering,
    vacancies,
)
from app.workflow.commands import talk
from app.workflow.commands.handing import Handing
from app.workflow.commands.sending import SendBack
from app.workflow.commands.signers import Addition
from app.workflow.commands.talk import Words
from app.workflow.models import Case, Event, Task
from tests.workflow import everybody, make, measures
from tests.workflow.everybody import Everybody, said

WHY = "随机"
T = TypeVar("T")
ALL = ("open", "waiting", "done", "closed")
tried: Counter[str] = Counter()
"""How often each verb was taken, and how often refused."""


@dataclass
class Trial:
    """One case, and whoever tries something with it."""

    made: Case
    people: Everybody
    at: datetime
    chance: random.Random = field(init=False)
    log: str = ""

    def pick(self, among: Sequence[T], label: str) -> T:
        """One of several, and a note of which."""
        found = self.chance.choice(among)
        told = found.element if isinstance(found, Task) else found
        self.log += f" {label}={told}"
        return found

    def tasks(self, *states: str) -> list[Task]:
        """In an order that is the same each time, as their ids are not."""
        rows = make.open_tasks(self.made, *states)
        return sorted(rows, key=lambda row: (row.opened_at, row.element, row.party, row.turn))

    def seldom(self, label: str) -> bool:
        return self.pick(range(5), label) == 4

    def one(self, *states: str) -> tuple[Actor, Task]:
        """One of the last tasks, and somebody: most often one who may have to do with it."""
        task = self.pick(self.tasks(*states)[-3:] or self.tasks(*ALL), "task")
        near = self.people.near(task)
        return self.somebody([*near * 12, *self.people.here()]), task

    def somebody(self, keys: Sequence[str] = ()) -> Actor:
        return self.people.actor(self.pick(keys or self.people.here(), "who"), self.at)

    def whom(self, choices: Sequence[str]) -> str:
        """One of those who may be chosen, by id; or anybody, who most often must not be taken."""
        names = sorted(self.people.names[one] for one in choices if one in self.people.names)
        free = not names or self.seldom("anybody")
        return self.people.ids[self.pick(self.people.here() if free else names, "whom")]

    def attempt(self, verb: str, wanted: bool | None, act: Callable[[], object]) -> bool:
        """Do it. Taken, it leaves one event, unless it claims anew what is held already."""
        heard = self.taken(verb, wanted, act)
        told = [event.verb for event in heard or ()]
        assert heard is None or len(told) == 1 or (verb == "claim" and not told), (verb, told)
        return heard is not None

    def beside(self, verb: str, wanted: bool | None, act: Callable[[], object]) -> list[Event]:
        """The same of what is not about this case alone: it may leave any number."""
        heard = self.taken(verb, wanted, act) or []
        tried.update(f"({event.verb})" for event in heard)
        return heard

    def taken(
        self, verb: str, wanted: bool | None, act: Callable[[], object]
    ) -> list[Event] | None:
        """What the record says of it; none if it was refused, and left nothing.

        Whichever was promised, if any. Whatever it changes stands in the record.
        """
        self.at += timedelta(minutes=1)
        before, known = measures.rows(self.made), len(measures.told(self.made))
        refusal = everybody.refused(act)
        tried[f"{verb} refused" if refusal else verb] += 1
        self.log += f": {refusal.message if refusal else 'done'}"
        heard = measures.told(self.made, known)
        measures.every_change_is_told(self.made, before, heard)
        if refusal is None:
            assert wanted is not False, verb
            return heard
        assert not isinstance(refusal, BrokenProcess), refusal.message
        assert wanted is not True, (verb, refusal.message)
        assert heard == []
        return None

    def of_task(self, verb: str, actor: Actor, task: Task) -> bool:
        """Whether its page offers this person the verb."""
        return verb in {one.key for one in offers.of_task(session(), actor, task, at=self.at)}

    def of_case(self, verb: str, actor: Actor) -> bool:
        """Whether the page of the case does."""
        case = make.fresh(self.made)
        return verb in {one.key for one in offers.of_case(session(), actor, case, at=self.at)}

    def decide(self, verb: str) -> None:
        actor, task = self.one("open")
        typed = self.typed() if task.person_id else {}
        decision = said(task, self.pick([0, 0, 0, 0, 1, 2], "outcome"), **typed)
        conditions = handling.conditions(session(), actor, task)
        able: bool | None = all(one.refusal is None for one in conditions)
        if able and decision.outcome == steering.RETURN and self.pick([False, True], "straight"):
            decision = replace(decision, straight=True)
            able = steering.straight_offered(session(), task, self.at) or None
        task_id = task.id
        if self.attempt(verb, able, lambda: commands.decide(actor, task_id, decision, at=self.at)):
            self.judge(task_id)

    def typed(self) -> dict[str, str]:
        """What an applicant may write otherwise when they send the form once more."""
        phone = self.pick(["", "", *everybody.PHONES.values()], "phone")
        changed = {"amount": "12"} if self.seldom("amount") else {}
        return changed | ({"phone": phone} if phone else {})

    def judge(self, task_id: str) -> None:
        """What must be true of whoever just decided a task."""
        measures.no_hand_decided_two_levels(session().get_one(Task, task_id))
        measures.decided_by_right(session().get_one(Task, task_id), local(self.at).date())

    def hold(self, verb: str) -> None:
        """Claim it, or let it go."""
        actor, task = self.one("open")
        conditions = {one.key: one.refusal for one in handling.conditions(session(), actor, task)}
        able = not any(conditions.values()) if verb == "claim" else None
        mine = task.claimed_by_id == actor.id and not (task.named_id or task.person_id)
        if verb == "release" and mine:
            lent = task.delegated_by_id is not None
            shut = conditions[handling.OPEN] or conditions[handling.RUNNING]
            able = None if lent or shut else True
        act, task_id = getattr(commands, verb), task.id
        self.attempt(verb, able, lambda: act(actor, task_id, at=self.at))

    def send_back(self, verb: str) -> None:
        actor, task = self.one("open")
        offered = self.of_task(verb, actor, task)
        found = steering.targets(session(), task, self.at) if offered else []
        to = self.pick([one.element for one in found] or [task.element], "to")
        straight = self.pick([False, True], "straight")
        straight = straight and any(one.straight for one in found if one.element == to)
        task_id, wanted = task.id, SendBack(to, WHY, straight)
        if self.attempt(
            verb, offered, lambda: commands.send_back(actor, task_id, wanted, at=self.at)
        ):
            self.judge(task_id)

    def recall(self, verb: str) -> None:
        actor, task = self.one("done")
        offered, task_id = self.of_task(verb, actor, task), task.id
        self.attempt(verb, offered, lambda: commands.recall(actor, task_id, at=self.at))

    def hand_on(self, verb: str) -> None:
        """Transfer it, delegate it, or act for whoever has it."""
        actor, task = self.one("open")
        among = {"transfer": handing.colleagues, "delegate": handing.advisers,
                 "act_for": handing.in_whose_name}[verb]  # fmt: skip
        offered = self.of_task(verb, actor, task)
        choices = [one.person.id for one in among(session(), actor, task)] if offered else []
        act, task_id, handed = getattr(commands, verb), task.id, Handing(self.whom(choices), WHY)
        self.attempt(verb, handed.to in choices, lambda: act(actor, task_id, handed, at=self.at))

    def take_back(self, verb: str) -> None:
        """What was delegated: given back with an opinion, or fetched back without."""
        actor, task = self.one("open")
        offered, act, task_id = self.of_task(verb, actor, task), getattr(commands, verb), task.id
        self.attempt(verb, offered, lambda: act(actor, task_id, Handing(reason=WHY), at=self.at))

    def add_signer(self, verb: str) -> None:
        (actor, task), ready = self.one("open"), []
        if self.of_task(verb, actor, task):
            ready = nominees.nominees(session(), task, actor.day)
        choices = [one.id for one, _hold in ready if one.id != actor.id]
        where = self.pick(cosigning.WHERE, "where")
        task_id, wanted = task.id, Addition(self.whom(choices), where, WHY)
        self.attempt(
            verb, wanted.person_id in choices,
            lambda: commands.add_signer(actor, task_id, wanted, at=self.at),
        )  # fmt: skip

    def remove_signer(self, verb: str) -> None:
        rows, case = self.tasks("open", "waiting"), make.fresh(self.made)
        named = [row for row in rows if row.named_id] or rows or self.tasks(*ALL)
        task, actor = self.pick(named, "task"), self.somebody()
        able = [one.id for one in cosigning.removable(session(), actor, case)]
        assert self.of_case(verb, actor) == bool(able)
        task_id = task.id
        self.attempt(
            verb, task_id in able, lambda: commands.remove_signer(actor, task_id, WHY, at=self.at)
        )

    def assign(self, verb: str) -> None:
        """A keeper names somebody: where nobody is there, or another for who has it by name."""
        _near, task = self.one("open")
        keeper, task_id = self.somebody(everybody.KEEPERS), task.id
        ready = nominees.nominees(session(), task, keeper.day) if task.unit_id else []
        person_id = self.whom([actor.id for actor, _hold in ready])
        able = None if vacancies.nameable(task) else False
        self.attempt(
            verb, able, lambda: commands.assign(keeper, task_id, person_id, WHY, at=self.at)
        )

    def tell(self, verb: str) -> None:
        """Copy the case to somebody, or ask for their opinion."""
        actor = self.somebody()
        offered, words = self.of_case(verb, actor), Words(WHY, (self.whom(()),))
        act = talk.copy if verb == "copy" else talk.ask_opinion
        self.attempt(verb, offered and None, lambda: act(actor, self.made.id, words, at=self.at))

    def say(self, verb: str) -> None:
        """Answer, urge, remark."""
        actor, act = self.somebody(), getattr(talk, verb)
        offered = self.of_case(verb, actor)
        self.attempt(verb, offered, lambda: act(actor, self.made.id, Words(WHY), at=self.at))

    def rest(self, verb: str) -> None:
        """Suspend, or go on."""
        actor, act = self.somebody(["han", *self.people.here()]), getattr(commands, verb)
        offered = self.of_case(verb, actor)
        self.attempt(verb, offered, lambda: act(actor, self.made.id, WHY, at=self.at))

    def jump(self, verb: str) -> None:
        actor = self.somebody(["han"] * 9 + list(self.people.here()))
        offered, case = self.of_case(verb, actor), make.fresh(self.made)
        found = steering.anywhere(session(), case, self.at) if offered else []
        to = self.pick([one.element for one in found] or ["first"], "to")
        self.attempt(verb, offered, lambda: commands.jump(actor, self.made.id, to, WHY, at=self.at))

    def terminate(self, verb: str) -> None:
        actor = self.somebody()
        offered = self.of_case(verb, actor)
        act = commands.terminate
        self.attempt(verb, offered, lambda: act(actor, self.made.id, WHY, at=self.at))

    def withdraw(self, verb: str) -> None:
        actor = self.somebody()
        able = reach.may_withdraw(actor, make.fresh(self.made))
        self.attempt(verb, able, lambda: commands.withdraw(actor, self.made.id, at=self.at))
