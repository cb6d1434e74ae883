"""A case brought on purpose into a state that luck seldom finds: returned, held, lent, signed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from app.db import session
from app.identity.actor import Actor
from app.workflow import commands, cosigning, definitions, handing, nominees
from app.workflow.commands.handing import Handing
from app.workflow.commands.signers import Addition
from app.workflow.models import Task
from tests.workflow import everybody, make
from tests.workflow.everybody import said
from tests.workflow.trials import WHY, Trial

Act = Callable[[Trial, Actor, Task, random.Random], object]


def _return(trial: Trial, actor: Actor, task: Task, _chance: random.Random) -> object:
    policy = definitions.get(session(), task.case.version_id).process.tasks[task.element]
    place = [one.key for one in policy.outcomes].index("return")
    return commands.decide(actor, task.id, said(task, place), at=trial.at)


def _agree(trial: Trial, actor: Actor, task: Task, _chance: random.Random) -> object:
    return commands.decide(actor, task.id, said(task, 0), at=trial.at)


def _claim(trial: Trial, actor: Actor, task: Task, _chance: random.Random) -> object:
    return commands.claim(actor, task.id, at=trial.at)


def _type(trial: Trial, actor: Actor, task: Task, _chance: random.Random) -> object:
    return commands.save_task_draft(actor, task.id, {"opinion": "写了一半"}, at=trial.at)


def _add(trial: Trial, actor: Actor, task: Task, chance: random.Random) -> object:
    ready = [one.id for one, _hold in nominees.nominees(session(), task, actor.day)]
    names = sorted(trial.people.names[one] for one in ready if one in trial.people.names)
    whom = trial.people.ids[chance.choice([one for one in names if one != actor.id])]
    wanted = Addition(whom, chance.choice(cosigning.WHERE), WHY)
    return commands.add_signer(actor, task.id, wanted, at=trial.at)


def _lend(trial: Trial, actor: Actor, task: Task, chance: random.Random) -> object:
    near = handing.advisers(session(), actor, task)
    return commands.delegate(actor, task.id, Handing(chance.choice(near).person.id, WHY),
                             at=trial.at)  # fmt: skip


def _take_over(trial: Trial, actor: Actor, task: Task, chance: random.Random) -> object:
    among = handing.in_whose_name(session(), actor, task)
    return commands.act_for(actor, task.id, Handing(chance.choice(among).person.id, WHY),
                            at=trial.at)  # fmt: skip


NUDGES: Mapping[str, tuple[Act, ...]] = {
    "left to luck": (), "claimed": (_claim,), "typed": (_claim, _type), "returned": (_return,),
    "one more signs": (_add,), "one has signed": (_add, _agree), "lent": (_claim, _lend),
    "taken over": (_take_over,),
}  # fmt: skip


def nudge(trial: Trial, chance: random.Random) -> str:
    """What was done to it, as far as it went; and now and then it rests since."""
    name = chance.choice(sorted(NUDGES))
    for act in NUDGES[name]:
        _somebody(trial, act, chance)
    if chance.random() < 0.2:
        han = trial.people.actor("han", trial.at)
        everybody.refused(lambda: commands.suspend(han, trial.made.id, WHY, at=trial.at))
    return name


def _somebody(trial: Trial, act: Act, chance: random.Random) -> None:
    """The first who may, of those near, at one of the tasks that wait."""
    tasks = trial.tasks("open")
    for task in chance.sample(tasks, len(tasks)):
        for key in dict.fromkeys(trial.people.near(task)):
            if _taken(trial, act, (key, task.id), chance):
                return


def _taken(trial: Trial, act: Act, who: tuple[str, str], chance: random.Random) -> bool:
    key, task_id = who
    session().rollback()
    task, actor = session().get_one(Task, task_id), trial.people.actor(key, trial.at)
    try:
        return everybody.refused(lambda: act(trial, actor, task, chance)) is None
    except (IndexError, ValueError):  # nobody to choose, or no such outcome
        session().rollback()
        return False


def waits(trial: Trial) -> set[str]:
    """What is special about where it stands, for whoever counts how often that was tried."""
    rows, case = make.open_tasks(trial.made, "open", "waiting", "done"), make.fresh(trial.made)
    here = [row for row in rows if row.status != "done"]
    refs = {row.ref for row in here}
    found = {
        "rests": case.held_at is not None, "with the applicant": case.state == "correcting",
        "clock": case.wake_at is not None, "nobody's turn": not here, "branches": len(refs) > 1,
        "half signed": any(row.status == "done" and row.ref in refs for row in rows),
        "added": any(row.added for row in here), "claimed": any(row.claimed_by_id for row in here),
        "lent": any(row.delegated_by_id for row in here), "for another": any(
            row.for_id for row in here),
    }  # fmt: skip
    return {name for name, is_so in found.items() if is_so}
