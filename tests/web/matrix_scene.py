"""Everybody of the matrix at a browser and with a token, and the things that they reach for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import clock
from app.clock import local
from app.db import db, session, transaction
from app.identity import queries, sessions, sms
from app.identity.actor import Actor
from app.identity.commands import Post, granting, keeping
from app.identity.commands.granting import NewGrant
from app.identity.models import OneTimeCode, Person, SignIn, Unit
from app.identity.sessions import Visit
from app.smallworks.papers import serving, texts
from app.smallworks.papers.serving import Sending
from app.smallworks.papers.texts import Setting
from app.smallworks.patrols import commands as visits
from app.smallworks.patrols import editing, photographs
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.editing import Typed
from app.smallworks.patrols.photographs import Shot
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.smallworks.stops import commands as stops
from app.smallworks.stops.commands import Typed as Ordered
from app.workflow import attachments, commands, definitions, links, publishing
from app.workflow.attachments import Home, Upload
from app.workflow.commands import annexes
from app.workflow.commands.drafts import start_draft
from app.workflow.commands.moving import Moving
from app.workflow.models import Attachment, Case, ProcessVersion, Task
from tests.identity import people
from tests.identity.annexes.books import annex
from tests.smallworks.town import COMMUNITY, OWNER_PHONE, Town, owner, staff
from tests.stores import Store
from tests.web import matrix_orders
from tests.web.matrix_people import RANKS
from tests.workflow.hostile_files import picture

HIRED = datetime.fromisoformat("2026-01-05T04:00:00+00:00")
NOON = datetime.fromisoformat("2026-11-23T04:00:00+00:00")
DISTRICT, OTHER = "西陵区", "夷陵区"
HERE, NEXT, STREET, STREET_2 = "铁路坝社区", "樵湖岭社区", "西陵街道", "东苑街道"

# column: account, name, unit (a department as "place/trade"), level, role, position
STAFF: Mapping[str, tuple[str, str, str, str, str, str]] = {
    "ins": ("luyuanqiu", "陆远秋", HERE, "community", "", "inspector"),
    "hed": ("shecundong", "佘存栋", HERE, "community", "", "head"),
    "led": ("fushuangjiang", "傅霜降", HERE, "community", "", "leader"),
    "com": ("hanguyu", "韩谷雨", NEXT, "community", "", "head"),
    "twn": ("muyulan", "穆玉兰", STREET, "township", "", "head"),
    "tin": ("tangjichuan", "汤济川", STREET, "township", "", "inspector"),
    "tw2": ("jiangbailu", "江白露", STREET_2, "township", "", "head"),
    "dis": ("quyuanhang", "瞿远航", DISTRICT, "district", "district_gov_user", ""),
    "adm": ("panlixia", "潘立夏", DISTRICT, "district", "district_gov_admin", ""),
    "di2": ("chaiyiling", "柴夷陵", OTHER, "district", "district_gov_user", ""),
    "dep": ("shuangshu", "双澍", "西陵区/housing", "district", "district_dept_user", ""),
    "dp2": ("tangchunfen", "唐春分", "西陵区/commerce", "district", "district_dept_user", ""),
    "dad": ("caixiaoman", "蔡小满", "西陵区/housing", "district", "district_dept_admin", ""),
    "una": ("jinhezhu", "靳禾竹", DISTRICT, "district", "unit_admin", ""),
    "un2": ("ouhanlu", "欧寒露", OTHER, "district", "unit_admin", ""),
    "sup": ("shilixue", "石立雪", DISTRICT, "district", "supervisor", ""),
    "su2": ("songdongzhi", "宋冬至", OTHER, "district", "supervisor", ""),
    "cty": ("kuangda", "邝达", "宜昌市", "city", "city_gov_user", ""),
    "aud": ("duxiaoxue", "杜小雪", "宜昌市", "city", "audit_admin", ""),
}
PUBLIC = {"own": (OWNER_PHONE, "鄢小满"), "cit": ("13900004444", "孟秋分")}
EVERYBODY = (
    "out", "own", "cit", "ins", "hed", "led", "com", "twn", "tin", "tw2", "dis", "adm", "di2",
    "dep", "dp2", "dad", "una", "un2", "sup", "su2", "cty", "plt", "aud",
)  # fmt: skip
"""The columns of the first sheet: the signed out; the case's owner, another citizen; of its
community inspector, head and leader, the head of another; of its township head and inspector, the
head of another; of its district a user and an administrator, a user of another; of its trade's
department a user, of another's, an administrator; the unit administrators of both districts; both
supervisors; a user of the city; the platform's administrator; the auditor. Those of the second are
`matrix_people.RANKS`.
"""


@dataclass
class Scene:
    """Who and what there is, on one store, as it stands before each request that may change it."""

    things: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)


_scenes: dict[str, Scene] = {}


def stand(store: Store, app: Flask) -> Scene:
    """The scene, made the first time, put back to its beginning every other time."""

    def build() -> None:
        with app.app_context():
            _scenes[store.kind] = _made()
            db.session.remove()

    store.begin("matrix", build, upon="first_start")
    return _scenes[store.kind]


def _made() -> Scene:
    scene = Scene()
    _people(scene)
    _cases(scene)
    _more(scene)
    _visit(scene)
    _report(scene)
    _stop(scene)
    matrix_orders.furnish(scene.things)
    return scene


def _people(scene: Scene) -> None:
    chief = people.first(HIRED)
    ids = {"plt": chief.id}
    for who, (account, name, unit, level, role, position) in {**STAFF, **RANKS}.items():
        post = Post(_home(unit, level).id, role, position)
        ids[who] = people.add(chief, name, account, post, HIRED).id
    _careers(chief, ids)
    phone = people.Phone()
    sms.use(phone)
    for who, (number, name) in PUBLIC.items():
        ids[who] = people.register(phone, number, name, HIRED).person_id
    sms.write_to(None)
    for who, person_id in ids.items():
        scene.things[who] = person_id
        for kind in ("web", "api"):
            with transaction() as work:
                token = sessions.open_one(work, person_id, kind, Visit(), at=clock.now())
            scene.tokens[who, kind] = token
            row = session().get_one(SignIn, sessions.key_of(token))
            scene.csrf[who] = row.csrf if kind == "web" else scene.csrf[who]
    scene.things["session"] = sessions.key_of(scene.tokens["own", "web"])
    late = clock.now() + timedelta(days=1)  # a slow machine must not find them idle
    with transaction() as work:
        work.execute(update(SignIn).values(seen_at=late, ends_at=late + timedelta(days=1)))
        work.execute(update(OneTimeCode).values(ends_at=HIRED))


def _home(where: str, level: str) -> Unit:
    place, _, industry = where.partition("/")
    unit = people.unit(place, level)
    mine = (Unit.parent_id == unit.id) & (Unit.industry == industry)
    return session().scalars(select(Unit).where(mine)).one() if industry else unit


def _careers(chief: Actor, ids: Mapping[str, str]) -> None:
    """One takes the city over, one has a second post, one holds nothing any more."""
    city, why = people.unit("宜昌市"), "岗位调整"
    people.comes_in("duqiufen", HIRED)
    keeping.hand_over(chief, city.id, ids["cku"], why, at=HIRED)
    for who in ("cku", "nil"):
        grant = queries.actor_for(ids[who], HIRED).holds[0].grant_id
        granting.end_post(chief, grant, HIRED.date() - timedelta(days=1), why, at=HIRED)
    second = Post(_home("西陵区/housing", "district").id, "", "safety_officer")
    granting.give_post(chief, ids["two"], NewGrant(second, HIRED.date()), why, at=HIRED)


def _cases(scene: Scene) -> None:
    """One at the community, one claimed there, one returned, one approved, one broken."""
    town, things = Town(NOON), scene.things
    first, held, back, done, broken = (town.file(name=f"江畔花园 {n} 号装修") for n in range(5))
    things |= {"case": first.id, "number": first.number, "task": _open(first).id}
    head = staff("shecundong", NOON)
    things |= {"held": commands.claim(head, _open(held).id, at=NOON).id}
    town.decide(back, "shecundong", "return", missing_items=["other"], opinion="请补照片")
    things |= {"back": back.id, "correction": _open(back).id}
    town.approve(done)
    paper = town.papers(done)[0]
    served = serving.serve(staff("muyulan", NOON), paper.id, Sending("link", "鄢小满"), at=NOON)
    things["service"] = served.id
    things |= {"done": done.id, "paper": paper.id, "code": paper.code, "broken": broken.id}
    with transaction() as work:
        work.get_one(Case, broken.id).incident = "出错"
    files = select(Attachment.id).where(Attachment.case_id == first.id).limit(1)
    things |= {"file": session().scalars(files).one()}


def _open(case: Case) -> Task:
    found = select(Task).where(Task.case_id == case.id, Task.status == "open")
    return session().scalars(found).one()


def _visit(scene: Scene) -> None:
    """The head of the community visits the work that was approved; the district asks one thing."""
    town, things = Town(NOON), scene.things
    work = town.work(session().get_one(Case, things["done"]))
    head = staff("shecundong", NOON)
    patrol = visits.begin(head, Begin(work_id=work.id), at=NOON)
    shot, _new = photographs.take(
        head, patrol.id, Shot("site", "门口.jpg", io.BytesIO(picture())), at=NOON
    )
    asked = Typed("order", "门口有值守", "", "安排人值守", "general")
    item = editing.set_item(staff("jinhezhu", NOON), things["unit"], asked, at=NOON)
    things |= {"work": work.id, "patrol": patrol.id, "shot": shot.id, "item": item.id}


def _stop(scene: Scene) -> None:
    """Another work of the community, stopped by its inspector."""
    town = Town(NOON)
    case = town.file(name="江畔花园 9 号装修")
    town.approve(case)
    seen = Ordered(
        "all", own="没有护栏", photos=[Upload("photos", "现场.jpg", io.BytesIO(picture()))]
    )
    by = staff("luyuanqiu", NOON)
    scene.things["stop"] = stops.order_stop(by, town.work(case).id, seen, "", at=NOON).id


def _report(scene: Scene) -> None:
    """Somebody without a name reports a site in the community."""
    told = Told("二楼外墙搭架子施工，没有围挡", "胜利四路 66 号", COMMUNITY)
    report = reports.report(told, (), Visit(), at=NOON)
    firm = Town(NOON).work(session().get_one(Case, scene.things["done"])).contractor_id
    scene.things |= {"report": report.code, "told": report.case_id, "firm": firm or ""}


def _more(scene: Scene) -> None:
    """A draft with a file, and a version of the district's own."""
    who = owner(NOON)
    draft = start_draft(who, "filing", COMMUNITY, at=NOON)
    kept = _file(who, Home(draft_id=draft.id))
    district = people.unit(DISTRICT, "district").id
    own = publishing.publish_shipped(district, "filing", at=NOON)
    commands.begin_flow_draft(staff("jinhezhu", NOON), district, "filing", at=NOON)
    wording = Setting(district, "receipt", "opening", "准予备案。")
    scene.things["text"] = texts.set_text(staff("jinhezhu", NOON), wording, at=NOON).id
    city = select(ProcessVersion.id).where(
        ProcessVersion.unit_id != district, ProcessVersion.key == "filing"
    )
    case = session().get_one(Case, scene.things["case"])
    with transaction() as work:
        way = links.offer(work, work.get_one(Person, who.id), case, at=clock.now())
    sheet = annex("1", ("东苑街道", "沈听澜", "1390000003"))
    row = commands.take_annex(staff("panlixia", NOON), "附件1.xlsx", sheet, at=NOON)
    annexes.read_annex(row.id, at=NOON)
    onto = Moving(own.id, {case.id: 0}, "加一级")  # nobody has seen it so: it stays where it is
    move = commands.begin_move(staff("jinhezhu", NOON), onto, at=NOON)
    how = publishing.Publishing("统一", starts_on=local(clock.now()).date() + timedelta(days=30))
    back = commands.fall_back(staff("jinhezhu", clock.now()), own.id, how, at=clock.now())
    scene.things |= _handed_in(district)
    scene.things |= {
        "fallback": back.id, "stands": f"{own.id}.{back.id}", "move": move.id, "annex": row.id,
        "draft": draft.id, "loose": kept.id, "version": session().scalars(city).one(),
        "local": own.id, "unit": district, "place": COMMUNITY, "link": way.rpartition("/")[2],
    }  # fmt: skip


def _handed_in(unit: str) -> dict[str, str]:
    """What the district handed in while the city asked for that."""
    city, chief = people.unit("宜昌市", "city").id, staff("ningyuanshan", NOON)
    commands.set_flow_rule(chief, city, True, at=NOON)
    drawn = definitions.shipped_files("filing")["filing.bpmn"]
    files = {"filing.bpmn": drawn.replace('flow:sla="2wd"', 'flow:sla="1wd"').encode()}
    wanted = publishing.Publication(unit, "filing", files, "改为 1 日")
    row = commands.hand_in(staff("jinhezhu", NOON), wanted, at=NOON)
    commands.set_flow_rule(chief, city, False, at=NOON)
    return {"request": row.id, "city": city}


def _file(who: Actor, home: Home) -> Attachment:
    return attachments.attach(
        who, home, Upload("site_photos", "现场.jpg", io.BytesIO(picture())), at=NOON
    )


def ask(app: Flask, scene: Scene, who: str, row: tuple[str, str], sent: object) -> TestResponse:
    """One request of one person; a form with its own page's token, a program with its own."""
    method, path = row
    client = app.test_client()
    if path.startswith("/api/"):
        token = scene.tokens.get((who, "api"), "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if sent is None or method == "GET":
            return client.open(path, method=method, headers=headers)
        many = isinstance(sent, dict) and any(isinstance(v, tuple) for v in sent.values())
        body = {"data": sent} if many else {"json": sent}
        return client.open(path, method=method, headers=headers, **body)  # type: ignore[arg-type]
    with client.session_transaction() as cookie:
        if who == "out":
            cookie["csrf"] = "a token of the signed out"
        else:
            cookie["_user_id"], cookie["_fresh"] = scene.tokens[who, "web"], True
    if method == "GET":
        return client.get(path)
    token = "a token of the signed out" if who == "out" else scene.csrf[who]
    return client.open(path, method=method, data={"csrf_token": token, **(sent or {})})  # type: ignore[dict-item]
