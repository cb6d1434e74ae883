"""Who tries the verbs: two at each desk, some at two levels, keepers, others, an applicant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from app import vault
from app.db import session, transaction
from app.errors import Refusal
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Person
from app.workflow import commands, definitions, jobs, nominees
from app.workflow.commands.handing import Handing
from app.workflow.commands.tasks import Decision
from app.workflow.commands.upkeep import fill_vacancies, free_idle, free_stranded
from app.workflow.models import Case, Task
from app.workflow.substitutions import Substitution
from tests.workflow import make, shapes
from tests.workflow.people import HERE, NOON, unit, who

APPLICANT, KEEPERS = "ann", ("jin", "ning")
AT = {
    HERE: ("li", "sun"), "420502002": ("zhao", "wang"), "420502": ("qian", "zhao"),
    "420502:housing": ("zhou",), "4205": ("zheng", "qian"),
}  # fmt: skip
"""Who sits at which desk of the shapes."""
SECOND: Sequence[tuple[str, str, str, str]] = (
    ("sun", HERE, "", "head"), ("wang", "420502002", "", "head"),
    ("zhao", "420502", "district_gov_user", ""), ("qian", "4205", "city_gov_user", ""),
)  # fmt: skip
OTHERS = ("han", "he", "yi", "qin", "ben", *KEEPERS)
CAST = tuple(sorted({*(key for keys in AT.values() for key in keys), *OTHERS, APPLICANT}))
GOES = ("li", "zhao", "qian", "zhou", "zheng")
PHONES = {key: f"1390000400{place}" for place, key in enumerate(GOES)}
"""Telephones of officials, that an applicant may type into the form."""


def settle() -> None:
    """The shapes are published, and some sit at a second desk."""
    shapes.publish()
    with transaction() as work:
        for key, phone in PHONES.items():
            work.get_one(Person, who(key).id).phone_index = vault.blind(phone)
    for key, code, role, position in SECOND:
        post = NewGrant(Post(unit(code).id, role, position), date(2026, 11, 23))
        granting.give_post(who("ning"), who(key).id, post, "兼任", at=NOON)


class Everybody:
    """The cast, as they stand now."""

    def __init__(self) -> None:
        self.ids = {key: who(key).id for key in CAST}
        self.names = {person_id: key for key, person_id in self.ids.items()}
        self.seats = {unit(code).id: keys for code, keys in AT.items()}
        self.gone: set[str] = set()
        self.stand_ins: set[tuple[str, str]] = set()

    def actor(self, key: str, at: datetime) -> Actor:
        return queries.actor_for(self.ids[key], at)

    def near(self, task: Task) -> tuple[str, ...]:
        """Who might handle it, by where it lies and whose it is."""
        held = {task.person_id, task.claimed_by_id, task.done_by_id, task.delegated_by_id}
        mine = [self.names[one] for one in held if one in self.names]
        keys = [*sorted(mine) * 3, *self.seats.get(task.unit_id or "", ())]
        keys += sorted(other for absent, other in self.stand_ins if absent in keys)
        return tuple(key for key in keys if key not in self.gone) or (APPLICANT,)

    def here(self) -> tuple[str, ...]:
        return tuple(key for key in CAST if key not in self.gone)

    def come_back(self) -> None:
        """Whoever was gone is there again, and nobody stands in; by no verb, so that no rule of
        ours decides it.
        """
        self.gone.clear()
        self.stand_ins.clear()
        with transaction() as work:
            mine = Person.id.in_(self.ids.values())
            work.execute(update(Person).where(mine).values(status="active"))
            work.execute(update(Substitution).values(ended_at=NOON))


def a_worker_s_round(at: datetime) -> None:
    """All that is due in the background, and the sweeps of a night."""
    while jobs.run_due(at):
        pass
    free_stranded(at=at)
    free_idle(at=at)
    fill_vacancies(at=at)
    while jobs.run_due(at):
        pass


def go_on(people: Everybody, made: Case, at: datetime) -> bool:
    """One ordinary step towards the end, by whoever may take it; whether there was any."""
    task = make.open_tasks(made)[0]
    lay = task.unit_id, task.desk
    holder = people.names.get(task.claimed_by_id or "")
    tries = dict.fromkeys([holder, *people.near(task), *people.here()])
    actors = [people.actor(key, at) for key in tries if key]
    if any(_handled(actor, task.id, at) for actor in actors):
        return True
    a_worker_s_round(at)  # nobody there may: it goes to somebody else
    (now, *_) = make.open_tasks(made)
    return (now.unit_id, now.desk) != lay or _named(people, now, at)


def _handled(actor: Actor, task_id: str, at: datetime) -> bool:
    """Agreed to; or given back, where it was lent for an opinion or may not be decided by them."""
    return (
        _done(lambda: commands.decide(actor, task_id, agreed(task_id), at=at))
        or _done(lambda: commands.give_back(actor, task_id, Handing(reason="没有意见"), at=at))
        or _done(lambda: commands.release(actor, task_id, at=at))
    )


def _named(people: Everybody, task: Task, at: datetime) -> bool:
    """A keeper names somebody, where nobody else is there."""
    task_id, ready = task.id, nominees.nominees(session(), task, who("jin", at).day)
    ids = [actor.id for actor, _hold in ready]
    return any(
        _done(lambda: commands.assign(keeper, task_id, one, "暂缺人", at=at))  # noqa: B023
        for keeper in (people.actor(key, at) for key in KEEPERS)
        for one in ids[:1]
    )


def _done(act: Callable[[], object]) -> bool:
    return refused(act) is None


def refused(act: Callable[[], object]) -> Refusal | None:
    """Try it; why it was refused, if it was."""
    try:
        act()
    except Refusal as refusal:
        session().rollback()
        return refusal
    return None


def agreed(task_id: str) -> Decision:
    """The first outcome of a task's step, with all that its form asks."""
    session().rollback()
    return said(session().get_one(Task, task_id), 0)


def said(task: Task, place: int, **more: Any) -> Decision:
    """One of its outcomes, and a word of why."""
    policy = definitions.get(session(), task.case.version_id).process.tasks[task.element]
    outcome = policy.outcomes[place % len(policy.outcomes)].key
    form = {"title": "走一走"} if task.person_id else {"opinion": "说明理由"}
    return Decision(outcome, {**form, **more})
