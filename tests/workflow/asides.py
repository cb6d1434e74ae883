"""What is tried beside one task: absences, idle days, many tasks at one go, a bar lifted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.clock import local
from app.db import new_id, session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.commands import granting
from app.workflow import barring, commands, desks, handing, handling, offers
from app.workflow.commands.batches import CLAIM, PASS, TRANSFER, Order
from app.workflow.commands.substitutes import Absence
from app.workflow.models import Task
from app.workflow.queries import batches, substitutes
from app.workflow.substitutions import Substitution
from tests.workflow import everybody, make, measures
from tests.workflow.trials import WHY, Trial


def wait(trial: Trial, verb: str) -> None:
    """Time passes, and the worker does what is due."""
    trial.at += timedelta(hours=trial.pick(range(1, 61), "hours"))
    trial.beside(verb, True, lambda: everybody.a_worker_s_round(trial.at))


def idle(trial: Trial, verb: str) -> None:
    """A week in which nobody does anything."""
    trial.at += timedelta(days=7)
    trial.beside(verb, True, lambda: everybody.a_worker_s_round(trial.at))
    measures.nobody_is_idle(trial.made, trial.at)


def disable(trial: Trial, verb: str) -> None:
    """Somebody's account is shut; of two at most at a time."""
    key = trial.pick(everybody.GOES, "who")
    if len(trial.people.gone) > 1 or key in trial.people.gone:
        return
    trial.people.gone.add(key)
    chief, person_id = trial.people.actor("ning", trial.at), trial.people.ids[key]
    trial.beside(verb, True, lambda: granting.disable(chief, person_id, WHY, at=trial.at))


def set_substitute(trial: Trial, verb: str) -> None:
    """Somebody leaves their tasks to another for some days, in all flows or in some."""
    actor = trial.somebody([*everybody.GOES * 4, *trial.people.here()])
    ready = [one.person.id for one in substitutes.candidates(session(), actor)]
    whom, today = trial.whom(ready), actor.day
    first = today + timedelta(days=trial.pick((0, 0, 0, 1), "from"))
    last = first + timedelta(days=trial.pick((0, 2, 5), "days"))
    key = trial.made.process_key
    flows = trial.pick(((), (), (key,), ("plain" if key == "loop" else "loop",)), "flows")
    busy = {actor.id, whom} & _away(trial)
    able = None if busy and whom in ready else whom in ready
    wanted = Absence(whom, first, last, flows, WHY)
    trial.beside(verb, able, lambda: commands.set_substitute(actor, wanted, at=trial.at))
    trial.people.stand_ins.add((trial.people.names[actor.id], trial.people.names[whom]))


def _away(trial: Trial) -> set[str]:
    """Who is away or stands in already, now or later."""
    today = local(trial.at).date()
    rows = session().scalars(
        select(Substitution).where(Substitution.ended_at.is_(None), Substitution.last_day >= today)
    )
    return {one for row in rows for one in (row.person_id, row.substitute_id)}


def end_substitute(trial: Trial, verb: str) -> None:
    """Somebody ends one before its time: theirs, or not."""
    today = local(trial.at).date()
    rows = (
        session()
        .scalars(
            select(Substitution)
            .where(Substitution.ended_at.is_(None), Substitution.last_day >= today)
            .order_by(Substitution.set_at)
        )
        .all()
    )
    if not rows:
        return
    row = trial.pick(rows, "which")
    near = [trial.people.names[one] for one in (row.person_id, row.substitute_id)]
    actor = trial.somebody(
        [
            *(key for key in near if key not in trial.people.gone),
            *everybody.KEEPERS,
            *trial.people.here(),
        ]
    )
    listed = [*substitutes.own(session(), actor, today), *substitutes.kept(session(), actor, today)]
    row_id, able = row.id, row.id in {one.id for one in listed}
    trial.beside(verb, able, lambda: commands.end_substitute(actor, row_id, at=trial.at))


def take_next(trial: Trial, verb: str) -> None:
    """The most urgent task at somebody's desks: there is one, or there is none."""
    actor, _near = trial.one("open")
    ready = [
        one.id
        for one in trial.tasks("open")
        if one.claimed_by_id is None
        and desks.holds_for(actor, one)
        and handling.may(session(), actor, one)
    ]
    trial.attempt(verb, bool(ready), lambda: commands.take_next(actor, at=trial.at))


def unbar(trial: Trial, verb: str) -> None:
    """Somebody whom a typed number bars may handle it after all."""
    actor = trial.somebody(["han"] * 9 + list(trial.people.here()))
    offered = trial.of_case(verb, actor)
    found = barring.liftable(session(), make.fresh(trial.made)) if offered else []
    ready, case_id = [one.id for one in found], trial.made.id
    assert bool(ready) == offered
    whom = trial.whom(ready)
    trial.attempt(
        verb, whom in ready, lambda: commands.lift_bar(actor, case_id, whom, WHY, at=trial.at)
    )


def batch(trial: Trial, verb: str) -> None:
    """Some of the case's tasks at one go; and perhaps all of it is taken back at once."""
    actor, task = trial.one("open")
    act = trial.pick((CLAIM, PASS, TRANSFER, TRANSFER), "act")
    among = [task, *(one for one in trial.tasks("open", "done") if one.id != task.id)]
    mine = [one for one in among if one.claimed_by_id == actor.id] if act == CLAIM else []
    ids = [one.id for one in among[: trial.pick((1, 2, 4), "many")] if one not in mine]
    if not (ids and actor.staff):  # there is no such page for them
        return
    sent, sure = _promised(trial, actor, act, ids)
    order, done = Order(act, ids, new_id(), sent), []

    def handle() -> None:
        found = commands.handle_batch(actor, order, at=trial.at).items
        done.extend(item["task"] for item in found if item["done"])
        trial.log += f" {[item['why'] for item in found]}"

    heard = trial.beside(f"{act} {verb}", True if sure else None, handle)
    assert set(sure[:1]) <= set(done), (act, "what was offered was refused")
    assert [event.task_id for event in heard] == done
    if act == PASS:
        for task_id in done:
            trial.judge(task_id)
    if done and trial.pick((False, True), "undo"):
        _undo(trial, actor, order, done[-1] if act == PASS else "")


def _promised(
    trial: Trial, actor: Actor, act: str, ids: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """What is sent with a batch, and the tasks of which its page says that they go along."""
    agreed = {"opinion": "说明理由", "title": "走一走"}
    try:
        if act == TRANSFER:
            found = batches.hand_over(session(), actor, ids, at=trial.at)
            ready = [one.person.id for one, _most in found.people]
            whom = trial.whom(ready)
            fit = [
                one.id
                for one in found.fit
                if whom in {each.person.id for each in handing.colleagues(session(), actor, one)}
            ]
            return {"to": whom, "reason": WHY}, fit
        prospect = batches.prospect(session(), actor, ids)
    except NotFound:
        return {"to": actor.id, **agreed}, []
    of_first = ids[0] in {one.id for one in prospect.fit}
    return agreed, [one.id for one in prospect.fit] if act == PASS and of_first else []


def _undo(trial: Trial, actor: Actor, order: Order, last: str) -> None:
    """Nobody did anything since: all comes back; of what was passed, what may be recalled."""
    task = session().get_one(Task, last) if last else None
    able = task is None or "recall" in {
        one.key for one in offers.of_task(session(), actor, task, at=trial.at)
    }
    back: list[str] = []

    def undo() -> None:
        items = commands.undo_batch(actor, order.key, at=trial.at).items
        back.extend(item["undone"] for item in items if item["done"])

    trial.beside(f"{order.act} undone", True, undo)
    wanted = not any(back) if order.act != PASS else (not back[-1]) == able
    assert wanted, (order.act, back)
