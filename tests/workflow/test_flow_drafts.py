"""Drafts of flows: begun from what is in force, saved by revision, published or given up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.errors import BrokenProcess, Conflict, Forbidden, Invalid, NotFound
from app.identity.models import AuditEntry
from app.workflow import commands, definitions, publishing
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.studio import contents, drafts, proving
from app.workflow.studio.models import FlowDraft
from tests.identity import people
from tests.workflow.keepers import who

SHIPPED = definitions.shipped_files("filing")
DRAWN = SHIPPED["filing.bpmn"]
STRICTER = DRAWN.replace('flow:sla="2wd"', 'flow:sla="1wd"')
CAREFUL = DRAWN.replace('flow:sla="2wd"', 'flow:sla="4wd"')


def begin(at: datetime, account: str = "miaoqinghe", place: str = "西陵区") -> FlowDraft:
    unit = people.unit(place, "district").id
    return commands.begin_flow_draft(who(account, at), unit, "filing", at=at)


def save(
    draft: FlowDraft, revision: int, text: str, at: datetime, account: str = "miaoqinghe"
) -> FlowDraft:
    files = {"filing.bpmn": text.encode()}
    return commands.save_flow_draft(who(account, at), draft.id, revision, files, at=at)


def publish(draft: FlowDraft, revision: int, at: datetime, key: str = "") -> ProcessVersion:
    wanted = proving.publication(draft, revision, Publishing("乡镇审核改为 1 日"))
    return publishing.publish(who("miaoqinghe", at), replace(wanted, key=key), at=at)


def kept(work: Session) -> list[FlowDraft]:
    return list(work.scalars(select(FlowDraft)))


def test_a_draft_begins_from_what_is_in_force_and_changes_nothing(
    office: Session, noon: datetime
) -> None:
    draft = begin(noon)
    city = office.get_one(ProcessVersion, draft.begun_from_id)
    assert (city.unit.name, city.number, draft.revision) == ("宜昌市", 1, 1)
    assert draft.files == city.files
    saved = save(draft, 1, STRICTER, noon)
    assert (saved.revision, saved.files["filing.bpmn"]) == (2, STRICTER)
    assert saved.files["risk.dmn"] == city.files["risk.dmn"]
    assert (
        len(office.scalars(select(ProcessVersion.id).where(ProcessVersion.key == "filing")).all())
        == 1
    )
    assert begin(noon).id == draft.id  # who begins again goes on with it
    assert begin(noon).revision == 2


def test_of_two_editors_the_second_hears_who_and_when(office: Session, noon: datetime) -> None:
    draft, later = begin(noon), noon + timedelta(minutes=3)
    save(draft, 1, STRICTER, noon, "ningyuanshan")
    with pytest.raises(Conflict, match="宁远山") as refused:
        save(draft, 1, CAREFUL, later)
    assert (refused.value.who, refused.value.at) == ("宁远山", noon)
    assert kept(office)[0].files["filing.bpmn"] == STRICTER
    # having seen the other's, one may put one's own in its place
    assert save(draft, 2, CAREFUL, later).revision == 3


def test_of_two_who_save_at_once_one_wins(app: Flask, office: Session, noon: datetime) -> None:
    draft, gun = begin(noon), Barrier(2)

    def press(account: str, text: str) -> str:
        with app.app_context():
            actor = who(account, noon)
            gun.wait()
            try:
                files = {"filing.bpmn": text.encode()}
                commands.save_flow_draft(actor, draft.id, 1, files, at=noon)
            except Conflict as lost:
                return lost.who
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(2) as two:
        told = list(two.map(press, ("miaoqinghe", "ningyuanshan"), (STRICTER, CAREFUL)))
    office.expire_all()
    assert sorted(map(bool, told)) == [False, True]
    winner = "miaoqinghe" if told[1] else "ningyuanshan"
    (left,) = kept(office)
    assert left.revision == 2
    assert left.saved_by.account == winner
    assert left.files["filing.bpmn"] == {"miaoqinghe": STRICTER, "ningyuanshan": CAREFUL}[winner]


def test_an_answer_that_was_lost_is_no_conflict(office: Session, noon: datetime) -> None:
    draft = begin(noon)
    assert save(draft, 1, STRICTER, noon).revision == 2
    assert save(draft, 1, STRICTER, noon).revision == 2


def test_two_who_have_it_open_hear_of_each_other(office: Session, noon: datetime) -> None:
    draft = begin(noon)
    miao, ning = who("miaoqinghe", noon), who("ningyuanshan", noon)
    assert commands.open_flow_draft(miao, draft.id, at=noon)[1] == ""
    assert commands.open_flow_draft(ning, draft.id, at=noon)[1] == "苗青禾"
    assert commands.open_flow_draft(miao, draft.id, at=noon + timedelta(minutes=1))[1] == "宁远山"
    alone = noon + timedelta(minutes=5)
    assert commands.open_flow_draft(ning, draft.id, at=alone)[1] == ""


def test_publishing_ends_the_draft(office: Session, noon: datetime) -> None:
    draft = save(begin(noon), 1, STRICTER, noon)
    made = publish(draft, 2, noon, "once")
    assert (made.number, made.unit.name, made.reason) == (1, "西陵区", "乡镇审核改为 1 日")
    assert made.files["filing.bpmn"] == STRICTER
    assert kept(office) == []
    with pytest.raises(NotFound, match="已经发布或放弃"):
        save(draft, 2, CAREFUL, noon)


def test_nobody_publishes_what_they_have_not_seen(office: Session, noon: datetime) -> None:
    draft = begin(noon)
    seen = save(draft, 1, STRICTER, noon)
    wanted = proving.publication(seen, 2, Publishing("乡镇审核改为 1 日"))
    save(draft, 2, CAREFUL, noon, "ningyuanshan")
    with pytest.raises(Conflict, match="宁远山"):
        publishing.publish(who("miaoqinghe", noon), wanted, at=noon)
    assert kept(office)[0].files["filing.bpmn"] == CAREFUL
    versions = select(ProcessVersion.id).where(ProcessVersion.key == "filing")
    assert len(office.scalars(versions).all()) == 1


def test_a_wrong_draft_is_kept_and_not_published(office: Session, noon: datetime) -> None:
    wrong = DRAWN.replace('targetRef="township_review"', 'targetRef="register_at_township"')
    draft = save(begin(noon), 1, wrong, noon)
    assert "levels" in {finding.code for finding in proving.findings(office, draft, at=noon)}
    with pytest.raises(BrokenProcess):
        publish(drafts.of_unit(office, who("miaoqinghe", noon), "filing", draft.unit_id), 2, noon)
    assert kept(office)[0].revision == 2
    assert proving.findings(office, save(draft, 2, STRICTER, noon), at=noon) == []


@pytest.mark.parametrize(
    ("name", "body", "refusal"),
    [
        ("filing.bpmn", b"<bpmn:definitions", BrokenProcess),
        ("filing.bpmn", b"<!DOCTYPE x><x/>", BrokenProcess),
        ("filing.bpmn", b"<x>" + b" " * (1 << 20) + b"</x>", BrokenProcess),
        ("copy.bpmn", DRAWN.encode(), Invalid),
        ("filing.exe", b"x", Invalid),
        ("forms/smallworks/review.json", b" " * (1 << 20 | 1), BrokenProcess),
    ],
)
def test_what_nobody_could_open_is_not_kept(
    office: Session, noon: datetime, name: str, body: bytes, refusal: type[Exception]
) -> None:
    draft = begin(noon)
    with pytest.raises(refusal):
        commands.save_flow_draft(who("miaoqinghe", noon), draft.id, 1, {name: body}, at=noon)
    assert kept(office)[0].revision == 1


def test_only_who_keeps_the_flows_of_a_unit_drafts_them(office: Session, noon: datetime) -> None:
    district = people.unit("西陵区", "district").id
    draft = begin(noon)
    for account in ("fudongli", "shilan"):
        outsider = who(account, noon)
        for act in (
            lambda by: commands.begin_flow_draft(by, district, "filing", at=noon),
            lambda by: commands.save_flow_draft(by, draft.id, 1, {}, at=noon),
            lambda by: commands.open_flow_draft(by, draft.id, at=noon),
            lambda by: commands.discard_flow_draft(by, draft.id, 1, at=noon),
            lambda by: drafts.of_unit(office, by, "filing", district),
        ):
            with pytest.raises(Forbidden):
                act(outsider)
        assert drafts.open_drafts(office, outsider, "filing") == []
    with pytest.raises(Forbidden):
        begin(noon, "miaoqinghe", "夷陵区")
    assert [one.id for one in drafts.open_drafts(office, who("ningyuanshan", noon), "filing")] == [
        draft.id
    ]


def test_giving_up_leaves_what_is_in_force(office: Session, noon: datetime) -> None:
    draft = save(begin(noon), 1, STRICTER, noon)
    miao = who("miaoqinghe", noon)
    with pytest.raises(Conflict):
        commands.discard_flow_draft(miao, draft.id, 1, at=noon)
    commands.discard_flow_draft(miao, draft.id, 2, at=noon)
    assert kept(office) == []
    recorded = office.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert recorded == ["flow_draft_discarded", "flow_draft_begun"]
    assert begin(noon).files["filing.bpmn"] == DRAWN


def test_a_flow_that_nobody_published_has_no_draft(office: Session, noon: datetime) -> None:
    unit = people.unit("西陵区", "district").id
    with pytest.raises(NotFound, match="先上传并发布"):
        commands.begin_flow_draft(who("miaoqinghe", noon), unit, "festival", at=noon)


def test_a_township_has_no_draft(office: Session, noon: datetime) -> None:
    town = people.unit("西陵街道", "township").id
    for account in ("miaoqinghe", "ningyuanshan"):
        with pytest.raises(Invalid, match="请选区县或功能区"):
            commands.begin_flow_draft(who(account, noon), town, "filing", at=noon)
    assert kept(office) == []


def test_what_another_product_drew_is_said_in_our_words(office: Session, noon: datetime) -> None:
    space = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ours = 'flow:role="head inspector" flow:scope="community"'
    theirs = 'camunda:candidateGroups="community_head, community_inspector"'
    text = DRAWN.replace(f'name="社区初审" {ours}', f'name="社区初审" {theirs}')
    text = text.replace("<bpmn:definitions", f"<bpmn:definitions {space}")
    assert "camunda" not in save(begin(noon), 1, text, noon).files["filing.bpmn"]


def test_an_upload_meanwhile_does_not_end_the_draft(office: Session, noon: datetime) -> None:
    draft, miao = begin(noon), who("miaoqinghe", noon)
    sent = Publication(draft.unit_id, "filing", {"filing.bpmn": STRICTER.encode()}, "急改")
    publishing.publish(miao, sent, at=noon)
    assert publish(save(draft, 1, CAREFUL, noon), 2, noon).number == 2


def put(draft: FlowDraft, revision: int, files: dict[str, bytes], at: datetime) -> FlowDraft:
    return commands.save_flow_draft(who("miaoqinghe", at), draft.id, revision, files, at=at)


REVIEW = "forms/smallworks/review.json"


def test_a_wrong_form_blocks_only_where_it_is_used_and_can_be_taken_out(
    office: Session, noon: datetime
) -> None:
    draft = put(begin(noon), 1, {"festival.json": b'{"key": "smallworks/festival"}'}, noon)
    assert proving.findings(office, draft, at=noon) == []
    draft = put(draft, 2, {"review.json": b'{"key": "smallworks/review"}'}, noon)
    assert {found.code for found in proving.findings(office, draft, at=noon)} == {
        "form-schema", "form-unknown",
    }  # fmt: skip
    listed = {row.name: row for row in contents.rows(office, draft, at=noon)}
    assert listed[REVIEW].users == ("乡镇审核", "市级审核")
    assert "缺少" in listed[REVIEW].fault
    miao = who("miaoqinghe", noon)
    with pytest.raises(Conflict, match="另一个窗口"):
        commands.drop_flow_file(miao, draft.id, 2, REVIEW, at=noon)
    with pytest.raises(Invalid, match="不能去掉"):
        commands.drop_flow_file(miao, draft.id, 3, "filing.bpmn", at=noon)
    assert commands.drop_flow_file(miao, draft.id, 3, REVIEW, at=noon).revision == 4
    assert proving.findings(office, draft, at=noon) == []
    assert "forms/smallworks/festival.json" not in publish(draft, 4, noon).files


def test_a_draft_is_bounded_as_a_whole(office: Session, noon: datetime) -> None:
    draft, large = begin(noon), b" " * (1 << 20)
    for n in range(1, 4):
        put(draft, n, {f"f{n}.json": large}, noon)
    with pytest.raises(Invalid, match="超过 4 MB"):
        put(draft, 4, {"f4.json": large}, noon)
    assert kept(office)[0].revision == 4
    with pytest.raises(Invalid, match="80 个"):
        put(draft, 4, {f"g{n}.json": b"{}" for n in range(81)}, noon)
