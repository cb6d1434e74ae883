"""The sample's filings: each a story of steps, all played together in the order of time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.db import session
from app.identity.actor import Actor
from app.identity.trades import ANSWERS
from app.smallworks.filing import KEY
from app.smallworks.sample import answers, sites, visits
from app.smallworks.sample.answers import Told
from app.smallworks.sample.days import Days
from app.smallworks.sample.files import upload
from app.smallworks.sample.people import CITY, Cast
from app.workflow import attachments, commands, definitions, desks, drafts, jobs
from app.workflow.attachments import Home
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.commands.tasks import Decision
from app.workflow.forms import Form
from app.workflow.models import Case, Draft, Task

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Step:
    """Something done at a moment: `who` is a word for a post, `said` an opinion or a change."""

    at: datetime
    verb: str
    who: str = ""
    said: str = ""


@dataclass(slots=True)
class Story:
    """One filing: what was filled in, and how far it has come."""

    told: Told
    by: str
    steps: list[Step]
    case_id: str = ""
    missing: list[str] = field(default_factory=list)  # what the last return asked for


def play(cast: Cast, days: Days) -> None:
    """Do every step of every story when its time comes; the background works at closing time."""
    stories = tuple(_stories(days))
    acts: list[tuple[datetime, Callable[[], None]]] = [
        (step.at, _Scene(cast, one, step).play) for one in stories for step in one.steps
    ]
    acts += [(end, partial(_background, end)) for end in map(days.closing, range(26, 0, -1))]
    mornings = (days.moment(ago, "10:20") for ago in range(visits.FIRST, visits.LAST, -1))
    acts += [(morning, partial(visits.go, cast, days, morning)) for morning in mornings]
    acts += sites.acts(cast, days)
    for _at, act in sorted(acts, key=lambda timed: timed[0]):
        act()
    _leave_drafts(cast, days)


def _stories(days: Days) -> Iterator[Story]:
    for read in json.loads((_HERE / "filings.json").read_text("utf-8")):
        yield Story(answers.tell(read), read["by"], [_step(text, days) for text in read["steps"]])


def _step(text: str, days: Days) -> Step:
    """`24 09:12 approve community 材料齐全。`; what the applicant does names nobody."""
    ago, clock, verb, *rest = text.split(maxsplit=3)
    who, said = "", " ".join(rest)
    if verb not in ("file", "withdraw", "resubmit"):
        who, _, said = said.partition(" ")
    return Step(days.moment(int(ago), clock), verb, who, said)


def _background(at: datetime) -> None:
    while jobs.run_due(at):
        pass


@dataclass(frozen=True, slots=True)
class _Scene:
    """One step at work."""

    cast: Cast
    story: Story
    step: Step

    def play(self) -> None:
        """Run the command that the step's verb names."""
        at, verb = self.step.at, self.step.verb
        if verb == "file":
            self._file(self._applicant())
        elif verb == "withdraw":
            commands.withdraw(self._applicant(), self.story.case_id, at=at)
        elif verb == "resubmit":
            self._resubmit(self._applicant())
        elif verb in ("claim", "release"):
            actor = self._official(self.step.who)
            task = self._task(actor)
            (commands.claim if verb == "claim" else commands.release)(actor, task.id, at=at)
        else:
            self._decide(self._official(self.step.who))

    def _applicant(self) -> Actor:
        by = self.story.by
        if by.startswith("@"):
            return self._official(by[1:])
        return self.cast.applicant(by, self.step.at)

    def _official(self, word: str) -> Actor:
        place, category = self.story.told.community, self.story.told.category
        industry = ANSWERS[category][0]
        posts = {
            "community": (place, "head"),
            "inspector": (place, "inspector"),
            "township": (place[:9], "head"),
            "site": (place[:9], "inspector"),
            "gov": (place[:6], "district_gov_user"),
            "dept": (f"{place[:6]}:{industry}", "district_dept_user"),
            "housing": (f"{place[:6]}:housing", "district_dept_user"),
            "citygov": (CITY, "city_gov_user"),
            "citydept": (f"{CITY}:{industry}", "city_dept_user"),
        }
        return self.cast.post(*posts[word], self.step.at)

    def _file(self, actor: Actor) -> None:
        at, told = self.step.at, self.story.told
        draft = start_draft(actor, KEY, told.community, at=at)
        save_draft(actor, draft.id, Screen(answers.typed(told, actor, at)), at=at)
        _attach_needed(actor, draft, at)
        self.story.case_id = commands.file_case(actor, draft.id, "", at=at).id

    def _resubmit(self, actor: Actor) -> None:
        at, story = self.step.at, self.story
        case, task = self._case(), self._task(actor)
        form = _form(case, task)
        for key in story.missing:
            if key in form.by_key and form.by_key[key].kind == "files":
                file = upload(form.by_key[key], story.told.name)
                attachments.attach(actor, Home(case_id=case.id), file, at=at)
        changed, _, value = self.step.said.partition("=")
        sent = {**answers.typed(story.told, actor, at), changed: value}
        commands.decide(actor, task.id, Decision("submit", sent), at=at)

    def _decide(self, actor: Actor) -> None:
        at, verb, said = self.step.at, self.step.verb, self.step.said
        task = self._task(actor)
        if verb == "return":
            named, _, said = said.partition(" ")
            self.story.missing = named.split(",")
        sent = answers.opinion(verb, said, self.story.missing, (actor, at))
        if verb == "submit":
            file = _photo_field(self._case(), task)
            attachments.attach(actor, Home(case_id=task.case_id), file, at=at)
        commands.decide(actor, task.id, Decision(verb, sent), at=at)

    def _case(self) -> Case:
        return session().get_one(Case, self.story.case_id)

    def _task(self, actor: Actor) -> Task:
        """The open task of this story that is this person's."""
        waiting = select(Task).where(Task.case_id == self.story.case_id, Task.status == "open")
        return next(
            task
            for task in session().scalars(waiting)
            if task.person_id == actor.id or desks.hold_for(actor, task)
        )


def _form(case: Case, task: Task) -> Form:
    definition = definitions.get(session(), case.version_id)
    return definition.form(definitions.form_of(session(), task))


def _photo_field(case: Case, task: Task) -> attachments.Upload:
    photos = next(one for one in _form(case, task).fields if one.kind == "files")
    return upload(photos, f"{case.title} 现场核查")


def _attach_needed(actor: Actor, draft: Draft, at: datetime) -> None:
    """Upload whatever the form says is still missing."""
    file = drafts.read(session(), actor, draft.id, at=at)
    faults = file.form.faults(file.values, file.asked, at=at)
    for one in file.form.fields:
        if one.kind == "files" and one.key in faults:
            made = upload(one, str(file.values["name"]))
            attachments.attach(actor, Home(draft_id=draft.id), made, at=at)


def _leave_drafts(cast: Cast, days: Days) -> None:
    read: list[dict[str, Any]] = json.loads((_HERE / "drafts.json").read_text("utf-8"))
    for one in read:
        at = days.moment(one["ago"], "16:20")
        actor = cast.applicant(one["by"], at)
        draft = start_draft(actor, KEY, one["at"], at=at)
        save_draft(actor, draft.id, Screen(one["form"]), at=at)
