"""Reports as somebody without a name makes them, and what the community does first."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.db import session
from app.smallworks.reports import commands
from app.smallworks.reports.commands import Told
from app.smallworks.reports.models import SiteReport
from app.workflow.attachments import Upload
from app.workflow.models import Case
from tests.identity.people import HERE
from tests.smallworks.records.market import filed
from tests.smallworks.town import COMMUNITY, Town

SEEN = "二楼外墙搭脚手架施工，没有围挡，没有公示牌"
FOUND = "现场三人正在拆墙，没有备案，已当面告知"


def told(**changed: Any) -> Told:
    return Told(**{
        "what": SEEN, "address": "胜利四路 66 号", "division_code": COMMUNITY, "key": "",
        **changed,
    })  # fmt: skip


def reported(town: Town, **changed: Any) -> SiteReport:
    """Somebody without a name reports."""
    return commands.report(told(**changed), (), HERE, at=town.at)


def urged(town: Town, report: SiteReport | None = None, **changed: Any) -> Case:
    """The community went, and urged the owner to file."""
    case = (report or reported(town)).case
    answers = {"findings": FOUND, "project_type": "home_decoration", **changed}
    town.decide(case, "shecundong", "urge", **answers)
    return case


def report_of(case: Case) -> SiteReport:
    session().rollback()
    return session().scalars(select(SiteReport).where(SiteReport.case_id == case.id)).one()


def picture() -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(made, "JPEG")
    made.seek(0)
    return Upload("photos", "现场.jpg", made)


def complaint(town: Town) -> tuple[Case, Case]:
    """A filed work, and a complaint about it by the code of its receipt."""
    work = filed(town)
    code = town.papers(work)[0].code
    return work, reported(town, paper=code).case
