"""Serving papers: by whom and how, what came back, and what is kept of it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers import queries, serving, unnumbered
from app.smallworks.papers.models import Service
from app.smallworks.papers.serving import Receipt, Sending
from app.web import history
from app.workflow import kinds
from app.workflow.intake import Upload
from app.workflow.models import Event
from app.workflow.notice_models import Notice
from tests.smallworks.papers.scene import Site, filed, photo, pictures_of, text_of
from tests.smallworks.town import Town, owner, staff


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


@pytest.fixture
def order(site: Site) -> Paper:
    return site.order()


def verbs(paper: Paper) -> list[str]:
    rows = select(Event.verb).where(Event.case_id == paper.case_id).order_by(Event.seq)
    return list(session().scalars(rows))


def by_hand(site: Site, paper: Paper, **changed: str) -> Service:
    sending = Sending(**{"way": "print", "to_name": "冼南橘", **changed})
    return serving.serve(staff("muyulan", site.at), paper.id, sending, at=site.at)


def camera() -> Upload:
    return Upload("service", "张贴.jpg", io.BytesIO(photo()))


def test_a_paper_handed_over_and_signed(site: Site, order: Paper) -> None:
    row = by_hand(site, order, remark="当场交付")
    who = staff("tangjichuan", site.at)
    serving.note(who, row.id, Receipt("signed", "冼南橘"), at=site.at)

    opened = queries.opened(session(), who, order.id)
    assert [(one.way, one.receipt, one.received_name) for one in opened.services] == [
        ("print", "signed", "冼南橘")
    ]
    assert verbs(order) == ["served", "received"]
    assert [extra.text for extra in papers.extras(session(), opened.case, True)] == [
        f"{order.number}，已签收", "按办理记录生成",
    ]  # fmt: skip


def test_the_receipt_of_service_says_everything(site: Site, order: Paper) -> None:
    row = by_hand(site, order)
    told = Receipt("left", "冼南橘", "物业祁某", "贴在大门上", photo=camera())
    serving.note(staff("muyulan", site.at), row.id, told, at=site.at)

    pdf = unnumbered.service_receipt(session(), staff("muyulan", site.at), order.id, row.id)
    text = text_of(pdf.content)
    for words in (
        "送达回证", "责令整改通知书", order.number, "受送达人冼南橘", "当面送达纸件",
        "送达人穆玉兰",
        "2026-11-2312:00", "留置送达", "见证人物业祁某", "贴在大门上", f"/check/{order.code}",
    ):  # fmt: skip
        assert words in text
    assert pictures_of(pdf.content) == 1


@pytest.mark.parametrize(
    ("receipt", "field"),
    [
        (Receipt("", "冼南橘"), "receipt"),
        (Receipt("read", "冼南橘"), "receipt"),  # only the receiver says so
        (Receipt("signed", " "), "name"),
        (Receipt("refused", "冼南橘"), "witness"),
        (Receipt("left", "冼南橘", "祁某"), "photo"),
        (Receipt("signed", "冼" * 61), "name"),
        (Receipt("signed", "冼南橘", remark="长" * 201), "remark"),
    ],
)
def test_what_is_missing_in_a_receipt_is_said(
    site: Site, order: Paper, receipt: Receipt, field: str
) -> None:
    row = by_hand(site, order)
    with pytest.raises(Invalid) as refused:
        serving.note(staff("muyulan", site.at), row.id, receipt, at=site.at)
    assert list(refused.value.fields) == [field]
    assert verbs(order) == ["served"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"way": "pigeon"}, "way"), ({"to_name": ""}, "to_name"), ({"remark": "长" * 201}, "remark")],
)
def test_what_is_missing_in_a_sending_is_said(
    site: Site, order: Paper, sent: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        by_hand(site, order, **sent)
    assert list(refused.value.fields) == [field]
    assert verbs(order) == []


def test_the_owner_reads_what_was_sent_and_says_so_once(site: Site, order: Paper) -> None:
    by_hand(site, order, way="sms", to_name="鄢小满")
    me = owner(site.at)
    told = session().scalars(select(Notice.text).where(Notice.kind == "paper")).one()
    assert order.number in told
    assert queries.opened(session(), me, order.id).asked

    serving.acknowledge(me, order.id, at=site.at)
    serving.acknowledge(me, order.id, at=site.at)
    opened = queries.opened(session(), me, order.id)
    assert [(one.receipt, one.received_name) for one in opened.services] == [("read", "鄢小满")]
    assert not opened.asked
    assert verbs(order) == ["served", "acknowledged"]


def test_an_official_does_not_read_in_the_owners_place(site: Site, order: Paper) -> None:
    by_hand(site, order, way="link", to_name="鄢小满")
    with pytest.raises(Forbidden):
        serving.acknowledge(staff("muyulan", site.at), order.id, at=site.at)


def test_a_result_is_noted_once_and_a_service_may_be_repeated(site: Site, order: Paper) -> None:
    who, row = staff("muyulan", site.at), by_hand(site, order)
    serving.note(who, row.id, Receipt("refused", "冼南橘", "祁某"), at=site.at)
    with pytest.raises(Conflict):
        serving.note(who, row.id, Receipt("signed", "冼南橘"), at=site.at)
    again = by_hand(site, order, way="post")
    serving.note(who, again.id, Receipt("posted", "冼南橘"), at=site.at)
    assert [one.receipt for one in queries.opened(session(), who, order.id).services] == [
        "refused", "posted",
    ]  # fmt: skip


def test_the_same_form_twice_serves_once(site: Site, order: Paper) -> None:
    first, second = by_hand(site, order, key="k1"), by_hand(site, order, key="k1")
    assert first.id == second.id
    assert verbs(order) == ["served"]


def test_who_may_serve(site: Site, order: Paper) -> None:
    sending = Sending("print", "冼南橘")
    with pytest.raises(NotFound):  # another district knows nothing of it
        serving.serve(staff("chaiyiling", site.at), order.id, sending, at=site.at)
    with pytest.raises(Forbidden):
        serving.serve(owner(site.at), order.id, sending, at=site.at)
    serving.serve(staff("quyuanhang", site.at), order.id, sending, at=site.at)


def test_a_voided_paper_is_not_served(site: Site, order: Paper) -> None:
    papers.void(staff("muyulan", site.at), order.id, "工程名称有误", at=site.at)
    with pytest.raises(Conflict):
        by_hand(site, order)


def test_what_the_receiver_said_is_not_written_over(site: Site, order: Paper) -> None:
    who, me = staff("muyulan", site.at), owner(site.at)
    row = by_hand(site, order, way="sms", to_name="鄢小满")
    serving.acknowledge(me, order.id, at=site.at)
    with pytest.raises(Conflict, match="鄢小满已在系统内确认收到"):
        serving.note(who, row.id, Receipt("refused", "冼南橘", "祁某"), at=site.at)
    (kept,) = queries.opened(session(), who, order.id).services
    assert (kept.receipt, kept.received_name, kept.witness) == ("read", "鄢小满", "")
    assert verbs(order) == ["served", "acknowledged"]


def test_nothing_comes_back_of_a_voided_paper(site: Site, order: Paper) -> None:
    who, me = staff("muyulan", site.at), owner(site.at)
    sent, handed = by_hand(site, order, way="sms", to_name="鄢小满"), by_hand(site, order)
    papers.void(who, order.id, "工程名称有误", at=site.at)
    with pytest.raises(Conflict, match="已作废"):
        serving.note(who, handed.id, Receipt("signed", "冼南橘"), at=site.at)
    with pytest.raises(Conflict, match="已作废"):
        serving.acknowledge(me, order.id, at=site.at)
    assert not queries.opened(session(), me, order.id).asked
    rows = queries.opened(session(), who, order.id).services
    assert {(one.id, one.receipt) for one in rows} == {(sent.id, None), (handed.id, None)}
    assert verbs(order) == ["served", "served", "voided"]


def test_what_is_done_with_papers_has_its_name_in_cases_of_every_kind() -> None:
    for key in ("filing", "stop_work", "a kind that nobody registered"):
        assert kinds.verbs_of(key).items() >= serving.VERBS.items()
    assert not set(history.VERBS) & set(serving.VERBS)  # no room writes into another's words
