"""A town in which every page has something to show, and who may open which page of the URL map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask

from app.clock import local
from app.identity.commands import Post
from app.identity.sessions import Visit
from app.smallworks.papers import serving
from app.smallworks.patrols.commands import Begin, begin
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.smallworks.stops.commands import Typed, order_stop
from app.workflow import commands, jobs
from app.workflow.commands import talk
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.commands.filing import Filing
from app.workflow.commands.talk import Words
from tests.browser import habits
from tests.browser.addresses import Address, addresses
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

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
MOST_ALIKE = 2
"""How many pages of one kind are looked at; of a case or a task, one of each process and step."""


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
