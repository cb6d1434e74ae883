"""What became of the sample's filed works: begun, found wanting, stopped, ended, complained of."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.clock import local
from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.sessions import Visit
from app.identity.trades import ANSWERS
from app.smallworks.models import Paper, Work
from app.smallworks.patrols import checklist, photographs
from app.smallworks.patrols import commands as patrols
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Hazard
from app.smallworks.patrols.photographs import Shot
from app.smallworks.rectifications import commands as rectifications
from app.smallworks.rectifications.commands import Said
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.smallworks.sample.days import Days
from app.smallworks.sample.files import photo, upload
from app.smallworks.sample.people import Cast
from app.smallworks.stops import commands as stops
from app.smallworks.stops.commands import Typed
from app.workflow import attachments, definitions
from app.workflow import commands as workflow
from app.workflow.attachments import Home, Upload
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.forms import Form
from app.workflow.models import Case, Task

Act = tuple[datetime, Callable[[], None]]
_HERE = Path(__file__).parent
_PASSER_BY = Visit("127.0.0.2", "sample")
_POSTS = frozenset({"community", "township", "inspector", "site", "head"})


def acts(cast: Cast, days: Days) -> Iterator[Act]:
    """Every step of every work, each with its moment: `1 09:35 agree township 情况属实。`.

    Steps of officials name a post; those of owner, contractor and passers-by name nobody.
    """
    for told in json.loads((_HERE / "sites.json").read_text("utf-8")):
        for step in told["steps"]:
            ago, clock, verb, *rest = step.split(maxsplit=3)
            who, _, said = " ".join(rest).partition(" ")
            if who not in _POSTS:
                who, said = "", " ".join(rest)
            at = days.moment(int(ago), clock)
            yield at, partial(_DO[verb], _Scene(cast, told["work"], at, who, said))


@dataclass(frozen=True, slots=True)
class _Scene:
    """One step at one work."""

    cast: Cast
    name: str
    at: datetime
    who: str
    said: str

    @property
    def work(self) -> Work:
        return session().scalars(select(Work).where(Work.name == self.name)).one()

    @property
    def today(self) -> str:
        return local(self.at).date().isoformat()

    @property
    def official(self) -> Actor:
        place = self.work.division_code
        district = f"{place[:6]}:{ANSWERS[self.work.category][0]}"
        posts = {
            "community": (place, "head"), "inspector": (place, "inspector"),
            "township": (place[:9], "head"), "site": (place[:9], "inspector"),
            "head": (district, "head"),
        }  # fmt: skip
        return self.cast.post(*posts[self.who], self.at)

    @property
    def owner(self) -> Actor:
        case = session().get_one(Case, self.work.case_id)
        return queries.actor_for(case.applicant_id or case.filed_by_id, self.at)

    @property
    def builder(self) -> str:
        """Who stands for the contractor on site."""
        firm = self.work.contractor
        return (firm.legal_rep or firm.name) if firm else self.owner.name

    def task(self, process: str) -> Task:
        """The open task of the newest case of a process about this work."""
        rows = select(Task).join(Case, Case.id == Task.case_id).where(Task.status == "open")
        mine = (Case.subject_id == self.work.case_id) & (Case.process_key == process)
        return session().scalars(rows.where(mine).order_by(Case.id.desc()).limit(1)).one()

    def person(self, task: Task) -> Actor:
        """Whoever a task falls to by name."""
        return queries.actor_for(task.person_id or "", self.at)

    def decide(self, task: Task, who: Actor, outcome: str, **said: Any) -> None:
        """Decide it, with every file that its form must have."""
        version = session().get_one(Case, task.case_id).version_id
        definition = definitions.get(session(), version)
        form = definition.process.tasks[task.element].form
        for file in _files(definition.form(form), self.name) if form else ():
            attachments.attach(who, Home(case_id=task.case_id), file, at=self.at)
        workflow.decide(who, task.id, Decision(outcome, said), at=self.at)

    def open(self, process: str, who: Actor, values: dict[str, Any], *files: str) -> None:
        """Open a case about the work, with photos where it asks for them."""
        laid = [
            attachments.attach(who, Home(), _shot(name, self.name), at=self.at).id for name in files
        ]
        filing = Filing(process, values=values, attachments=laid)
        workflow.file_about(who, self.work.case_id, filing, at=self.at)


def _files(form: Form, title: str) -> Iterator[Upload]:
    """A file for each field that must have one."""
    required = form.schema.get("required", ())
    for one in form.fields:
        if one.kind == "files" and one.key in required:
            yield upload(one, title)


def _shot(field: str, title: str) -> Upload:
    return Upload(field, "现场.jpg", io.BytesIO(photo(title)))


def _begin(scene: _Scene) -> None:
    task, who = scene.task("start_report"), scene.builder
    scene.decide(
        task, scene.person(task), "submit", started_on=scene.today, site_manager=who,
        briefed_on=scene.today, briefed_by=who, briefed_count="3",
    )  # fmt: skip


def _complete(scene: _Scene) -> None:
    values = {
        "actual_end": scene.today, "shared_or_structural": "false", "self_accepted": "true",
        "site_cleared": "true",
    }  # fmt: skip
    scene.open("completion", scene.owner, values, "end_photos")


def _passed(scene: _Scene) -> None:
    who = scene.official
    scene.decide(
        scene.task("completion"), who, "pass", checked_on=scene.today, checkers=who.name,
        findings=scene.said,
    )  # fmt: skip


def _extend(scene: _Scene) -> None:
    later = scene.work.planned_end + timedelta(days=20)
    values = {
        "change_kind": "extension", "planned_end": later.isoformat(), "reason": scene.said,
    }  # fmt: skip
    scene.open("change", scene.owner, values)


def _stop(scene: _Scene) -> None:
    typed = Typed("all", own=scene.said, photos=[_shot("photos", scene.name)])
    stops.order_stop(scene.official, scene.work.id, typed, "", at=scene.at)


def _confirm(scene: _Scene) -> None:
    scene.decide(scene.task("stop_work"), scene.official, "confirm", opinion=scene.said)


def _order(scene: _Scene) -> None:
    """A visit finds items of the list failing, and orders them put right."""
    who, codes = scene.official, scene.said.split(",")
    patrol = patrols.begin(who, Begin(work_id=scene.work.id), at=scene.at)
    asked = [item.code for item in checklist.of_patrol(session(), patrol)]
    values = {
        "answers": {code: "bad" if code in codes else "ok" for code in asked},
        "inspectors": [{"name": who.name, "number": ""}, {"name": "网格员", "number": ""}],
        "signed_name": scene.builder,
    }  # fmt: skip
    patrols.save(who, patrol.id, Sent(patrol.revision, values), at=scene.at)
    for code in codes:
        shot = Shot(f"hazard:item-{code}", "隐患.jpg", io.BytesIO(photo(f"{scene.name} {code}")))
        photographs.take(who, patrol.id, shot, at=scene.at)
    workflow.decide(who, scene.task("patrol").id, Decision("rectify"), at=scene.at)


def _answer(scene: _Scene) -> None:
    """The contractor answers for the first of the hazards, and leaves the others."""
    task = scene.task("rectification")
    mine = select(Hazard).where(Hazard.work_id == scene.work.id, Hazard.state == "open")
    hazard = session().scalars(mine.order_by(Hazard.position)).first()
    if hazard is not None:
        told = Said(scene.said, (_shot("photos", f"{scene.name} 整改后"),))
        who = scene.person(task)
        rectifications.answer(who, task.case_id, hazard.id, told, at=scene.at)


def _propose(scene: _Scene) -> None:
    values = {"grounds": ["overdue"], "happened_on": scene.today, "fact": scene.said}
    scene.open("bad_record", scene.official, values)


def _agree(scene: _Scene) -> None:
    scene.decide(scene.task("bad_record"), scene.official, "approve", opinion=scene.said)


def _waive(scene: _Scene) -> None:
    task = scene.task("bad_record")
    scene.decide(task, scene.person(task), "waive")


def _record(scene: _Scene) -> None:
    told = {"public_fact": scene.said, "opinion": "事实清楚，证据充分。"}
    scene.decide(scene.task("bad_record"), scene.official, "record", **told)


def _report(scene: _Scene) -> None:
    """Somebody scans the receipt that hangs at the site."""
    mine = (Paper.case_id == scene.work.case_id) & (Paper.kind == "receipt")
    code = session().scalars(select(Paper.code).where(mine)).one()
    photos = [_shot("photos", f"{scene.name} 路边")]
    reports.report(Told(scene.said, paper=code), photos, _PASSER_BY, at=scene.at)


def _accident(scene: _Scene) -> None:
    values = {
        "happened_on": scene.today, "happened_time": "10:40", "place": scene.work.address,
        "sector": "small_work", "project_type": scene.work.category, "dead": "0",
        "injured": "1", "cause": "fall", "description": scene.said, "reported_on": scene.today,
        "reported_time": "11:05", "late": "false", "concealed": "false",
    }  # fmt: skip
    filing = Filing("accident", scene.work.division_code, values)
    workflow.file_values(scene.official, filing, at=scene.at)


_DO: dict[str, Callable[[_Scene], None]] = {
    "begin": _begin, "complete": _complete, "passed": _passed, "extend": _extend, "stop": _stop,
    "confirm": _confirm, "order": _order, "answer": _answer, "propose": _propose,
    "agree": _agree, "waive": _waive, "record": _record, "report": _report,
    "accident": _accident,
}  # fmt: skip
