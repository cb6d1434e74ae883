"""A town in which every page has something to show, and who may open which page of the URL map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app import clock
from app.clock import local
from app.db import session, transaction
from app.identity.annexes.models import AnnexImport
from app.identity.commands import Post
from app.identity.models import Person, Unit
from app.identity.sessions import Visit
from app.smallworks.models import Contractor, Paper, Work
from app.smallworks.papers import serving
from app.smallworks.patrols.commands import Begin, begin
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.smallworks.reports.models import SiteReport
from app.smallworks.stops.commands import Typed, order_stop
from app.smallworks.stops.models import StopOrder
from app.web.access import API
from app.workflow import commands, jobs, links
from app.workflow.commands import talk
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.commands.filing import Filing
from app.workflow.commands.talk import Words
from app.workflow.models import Case, Draft, ProcessVersion, Task
from tests.browser import habits
from tests.identity import people
from tests.identity.annexes.books import DONGYUAN, annex
from tests.smallworks.accidents.made import confirmed
from tests.smallworks.records.market import heard, hire, propose, recorded
from tests.smallworks.rectifications import orders
from tests.smallworks.stops import site
from tests.smallworks.town import COMMUNITY, OWNER_ID, OWNER_PHONE, Town, credit_code, owner, staff
from tests.web.visitors import SECRET, Browser

ROLES: Mapping[str, str] = {
    "public": "",
    "citizen": OWNER_PHONE,
    "community": "shecundong",
    "township": "muyulan",
    "district": "quyuanhang",
    "department": "chuhuaijin",
    "keeper": "jinhezhu",
    "supervisor": "baowangyue",
}
"""Who looks, and how they sign in."""

FILES = frozenset({
    "accidents.excel", "annexes.reasons", "annexes.template", "apply.download", "cases.export",
    "diagrams.show", "flows.download", "flows.drawing", "habits.count", "health.live",
    "health.ready", "oidc.leave_public", "oidc.leave_staff", "oidc.return_public",
    "oidc.return_staff", "papers.application", "papers.commitment", "papers.file",
    "papers.service_receipt", "papers.sign_off", "patrol_shell.worker", "patrol_sync.due",
    "patrol_sync.read", "rectifications.photo", "studio.drawing", "works.excel",
})  # fmt: skip
"""Answers that are no pages."""
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
BY_MATTER = frozenset({"cases.show", "tasks.show"})
MOST_ALIKE = 2
"""How many pages of one kind are looked at; of a case or a task, one of each process and step."""
LEADS_ON = frozenset({"apply.index"})
AFTER_A_STEP = frozenset({
    "accounts.rule", "batches.confirm", "batches.hand_over", "duties.check", "duties.index",
    "factor.ask", "flows.compare", "handing.fetch_back", "handing.give_back", "places.index",
    "reshaping.index", "reshaping.preview", "session.confirm_recover", "session.confirm_register",
    "session.first_run", "signers.choose", "signers.name", "steering.jump", "steering.recall",
    "steering.resume", "steering.terminate", "steering.unbar", "stops.confirm",
    "studio.ask_publish", "studio.check", "studio.show", "studio_table.ask",
    "studio_table.differences", "studio_table.show",
})  # fmt: skip
"""Pages that one reaches only on the way; each has a test of its own."""


@dataclass(frozen=True, slots=True)
class Address:
    """One page of the URL map with somebody's ids in it."""

    endpoint: str
    path: str
    about: str = ""  # the process and step that the page is about


def furnish(town: Town) -> None:
    """Cases at every level, one to correct, one done with its papers, and drafts."""
    habits.keep(town, town.file(name="铁路坝早点铺门面翻新", address="铁路坝 1 号"))
    back = town.file(name="铁路坝书店隔墙拆改", address="铁路坝 2 号", planned_end="2027-02-01")
    town.decide(back, "shecundong", "return", missing_items=["contract"], opinion="缺合同签名页")
    town.approve(town.file(name="江畔花园 3 栋 602 室装修", risk_flags=["demolition"]))
    done = town.file(name="滨江路口墙面翻新" * 5, address="滨江路 100 号")  # a very long name
    town.approve(done)
    sending = serving.Sending("link", "鄢小满")
    serving.serve(staff("muyulan", town.at), town.papers(done)[0].id, sending, at=town.at)
    while jobs.run_due(town.at + timedelta(minutes=1)):
        pass
    _talk(town)
    begin(staff("shecundong", town.at), Begin(work_id=town.work(done).id), at=town.at)
    _supervise(town)
    _stop(town)
    _resume(town)
    _close(town)
    _order(town)
    sheet = annex("1", DONGYUAN, ("云集街", "覃听澜", "13900000131"), ("南苑街道", "白若溪", "139"))
    commands.take_annex(staff("jinhezhu", town.at), "附件1.xlsx", sheet, at=town.at)
    while jobs.run_due(town.at + timedelta(minutes=1)):
        pass
    for who in (owner(town.at), staff("shecundong", town.at)):
        draft = start_draft(who, "filing", COMMUNITY, at=town.at)
        save_draft(who, draft.id, Screen({"name": ["没写完的"]}, "work"), at=town.at)


def _talk(town: Town) -> None:
    """A copy and a question to the district, and a remark."""
    head, case = staff("shecundong", town.at), town.file(name="铁路坝车库门更换")
    talk.copy(head, case.id, Words("请阅知", ("quyuanhang",)), at=town.at)
    talk.ask_opinion(head, case.id, Words("车道宽度够吗", ("quyuanhang",)), at=town.at)
    talk.comment(head, case.id, Words("已电话核对业主身份"), at=town.at)


def _supervise(town: Town) -> None:
    """A supervisor, a report without a name, a published record with a ban, a counted accident."""
    post = Post(people.unit("西陵区", "district").id, "supervisor")
    people.add(staff("jinhezhu", town.at), "鲍望岳", "baowangyue", post, town.at)
    hire(town.at - timedelta(days=30))
    told = Told("二楼外墙搭架子施工，没有围挡", "胜利四路 66 号", COMMUNITY)
    reports.report(told, (), Visit(), at=town.at)
    other = town.file(
        name="三峡路雨棚拆换", address="三峡路 7 号", contractor_name="宜昌长棹装饰有限公司",
        contractor_credit_code=credit_code("91420502MA4KCHH01"),
        contractor_legal_rep="晏长棹", contractor_legal_rep_id=OWNER_ID,
    )  # fmt: skip
    town.approve(other)
    recorded(town, propose(town, other, "stop_breach"), "ban")
    for name in ("环城南路空调移机", "环城北路招牌更换"):
        case = town.file(name=name, address=f"{name[:4]} 3 号")
        town.approve(case)
        proposed = propose(town, case, "overdue")
    heard(town, proposed)  # the department decides about one, the township about the other
    day = local(town.at - timedelta(days=2)).date().isoformat()
    confirmed(town, happened_on=day, reported_on=day)


def _stop(town: Town) -> None:
    """A work that was stopped, with a change of it that waits."""
    case = town.file(name="云集路口屋面防水检修", address="云集路 9 号")
    town.approve(case)
    work = town.work(case)
    asked = {"change_kind": "content", "content": "只做东侧屋面", "reason": "减少作业内容"}
    filing = Filing("change", values=asked)
    commands.file_about(owner(town.at), case.id, filing, at=town.at)
    seen = Typed("all", own="工人在屋面边缘作业，没有系安全带", photos=[site.picture()])
    order_stop(staff("shecundong", town.at), work.id, seen, "", at=town.at)


def _resume(town: Town) -> None:
    """One that asks to go on: the department is called, the community looks."""
    order = site.confirmed(town, site.filed(town, name="夷陵大道外墙清洗", address="夷陵大道 5 号"))
    site.ask(town, order)
    site.work_off(town.at)


def _close(town: Town) -> None:
    """One that its owner reports as done."""
    work = site.filed(town, name="珍珠路围墙粉刷", address="珍珠路 8 号")
    site.about(town, work, "completion", **site.DONE)


def _order(town: Town) -> None:
    """An order that the citizen must answer, and one that the community must re-inspect."""
    mine = {"contractor_phone": OWNER_PHONE, "address": "解放路 12 号"}
    orders.order_at(town, "解放路书报亭翻新", "power_cable", "order_stack", **mine)
    answered = orders.order_at(town, "解放路茶楼吊顶", "person_helmet", address="解放路 20 号")
    orders.report(town, answered)


def open_to(app: Flask, role: str) -> list[Address]:
    """Every page of the URL map that this person can open; of one kind, the first few.

    What reads as it does to everybody is looked at once, with the eyes of the public.
    """
    browser, kinds = signed_in(app, role), Counter[tuple[str, str]]()
    opened: dict[Address, str] = {}
    for address in addresses(app):
        kind = (address.endpoint, address.about)
        if kinds[kind] < (1 if address.about else MOST_ALIKE) and (told := _told(browser, address)):
            kinds[kind] += 1
            opened[address] = told
    if role == "public":
        return list(opened)
    anybody = signed_in(app, "public")
    return [address for address, told in opened.items() if _told(anybody, address) != told]


def _told(browser: Browser, address: Address) -> str:
    """What a page tells this person, without the tokens of its forms; nothing if it is none."""
    answer = browser.get(address.path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return ""
    return TOKEN.sub("", answer.text.partition("<main")[2].partition("</main>")[0])


def signed_in(app: Flask, role: str) -> Browser:
    """A browser without a face, through the door of this role."""
    browser = Browser(app)
    if role == "citizen":
        browser.post("/sign-in", {"phone": ROLES[role], "password": SECRET})
    elif ROLES[role]:
        browser.sign_in(ROLES[role])
    return browser


def addresses(app: Flask) -> Iterator[Address]:
    """Every GET rule with each sample id that fits; an argument without samples is a KeyError."""
    known, adapter = _samples(), app.url_map.bind("localhost")
    matters = _matters()
    for endpoint in sorted(pages(app)):
        for rule in app.url_map.iter_rules(endpoint):
            if "GET" not in (rule.methods or ()):
                continue
            for values in _fitting(rule.arguments, known):
                about = matters.get("".join(map(str, values.values())), "")
                path = adapter.build(endpoint, values, method="GET")
                yield Address(endpoint, path, about if endpoint in BY_MATTER else "")


def pages(app: Flask) -> set[str]:
    """The endpoints of the URL map that people open."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(API)
        and rule.endpoint not in FILES
        and not rule.endpoint.endswith("static")
    }


def _fitting(
    arguments: set[str], known: Mapping[str, Sequence[str | int]]
) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [{}]
    for name in sorted(arguments):
        rows = [{**row, name: value} for row in rows for value in known[name]]
    return rows


def _samples() -> Mapping[str, Sequence[str | int]]:
    def every(column: object, *where: object) -> list[str]:
        return list(session().scalars(select(column).where(*where)))  # type: ignore[call-overload]

    return {
        "case_id": every(Case.id, Case.state == "correcting")
        + every(Case.id, Case.state != "correcting"),
        "task_id": every(Task.id, Task.status == "open"),
        "batch_id": [habits.BATCH],
        "draft_id": every(Draft.id, Draft.case_id.is_(None)),
        "version_id": every(ProcessVersion.id)[:1],
        "person_id": every(Person.id, Person.account == "muyulan"),
        "code": every(Paper.code, Paper.kind == "receipt") + every(SiteReport.code),
        "contractor_id": every(Contractor.id),
        "paper_id": every(Paper.id, Paper.kind == "receipt"),
        "import_id": every(AnnexImport.id),
        "unit_id": every(Unit.id, Unit.name == "西陵区"),
        "kind": ["receipt", "copied"],
        "process": ["filing", "change"],
        "key": ["filing"], "step": ["township_review"], "do": ["before"], "seq": [1],
        "token": [_link()],
        "order_id": every(StopOrder.id),
        "patrol_id": every(Patrol.id),
        "hazard_id": every(Hazard.id),
        "work_id": every(Work.id, Work.state == "filed"),
    }  # fmt: skip


def _matters() -> Mapping[str, str]:
    """The process of each case; of each task, the process and the step."""
    cases = {case.id: case.process_key for case in session().scalars(select(Case))}
    tasks = session().scalars(select(Task).where(Task.status == "open"))
    return cases | {task.id: f"{cases[task.case_id]} {task.element}" for task in tasks}


def _link() -> str:
    """A link of the owner's to a case that is open; only its hash is kept, so it is made anew."""
    case = session().scalars(select(Case).where(Case.ended_at.is_(None)).order_by(Case.id)).first()
    assert case
    case_id, person_id = case.id, case.applicant_id
    with transaction() as work:
        person, mine = work.get_one(Person, person_id), work.get_one(Case, case_id)
        return links.offer(work, person, mine, at=clock.now()).rpartition("/")[2]
