"""Publishing: checked, completed, frozen; whose version a new case takes; what may be published."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app import clock
from app.db import session
from app.errors import BrokenProcess, Conflict, Forbidden, Invalid, NotFound
from app.identity.models import AuditEntry, Unit
from app.workflow import definitions, publishing
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.queries import flows
from tests.engine import drawings
from tests.identity import people
from tests.workflow.keepers import who

SHIPPED = definitions.shipped_files("filing")
STRICTER = SHIPPED["filing.bpmn"].replace('flow:sla="2wd"', 'flow:sla="1wd"').encode()
CAREFUL = SHIPPED["filing.bpmn"].replace('flow:sla="2wd"', 'flow:sla="4wd"').encode()


def publication(unit: Unit, body: bytes = STRICTER, **more: bytes) -> Publication:
    return Publication(unit.id, "filing", {"filing.bpmn": body, **more}, "乡镇审核改为 1 日")


def version(version_id: str) -> ProcessVersion:
    found = session().get(ProcessVersion, version_id, options=[undefer(ProcessVersion.files)])
    assert found is not None
    return found


def in_force(unit: Unit) -> ProcessVersion:
    above = [unit.id]
    while unit.parent is not None:
        unit = unit.parent
        above.append(unit.id)
    return definitions.current(session(), "filing", above, at=clock.now())


def test_the_shipped_filing_is_published_on_a_first_start(office: Session) -> None:
    shipped = in_force(people.unit("宜昌市", "city"))
    assert (shipped.number, shipped.published_by_id) == (1, None)
    assert {"filing.bpmn", "limits.dmn", "risk.dmn", "forms/smallworks/filing.json"} <= set(
        version(shipped.id).files
    )


def test_a_district_publishes_its_own(office: Session, noon: datetime) -> None:
    district, other = people.unit("西陵区", "district"), people.unit("夷陵区", "district")
    city_version = in_force(district)
    made = publishing.publish(who("miaoqinghe", noon), publication(district), at=noon)
    assert (made.number, made.unit_id, made.copy_of_id) == (1, district.id, city_version.id)
    assert made.reason == "乡镇审核改为 1 日"
    assert in_force(people.unit("铁路坝社区", "community")).id == made.id
    assert in_force(other).id == city_version.id


def test_what_was_not_sent_comes_from_the_version_in_force(office: Session, noon: datetime) -> None:
    district, actor = people.unit("西陵区", "district"), who("miaoqinghe", noon)
    table = SHIPPED["risk.dmn"].replace("风险定级", "本区风险定级").encode()
    first = publishing.publish(actor, publication(district, **{"risk.dmn": table}), at=noon)
    second = publishing.publish(actor, publication(district, CAREFUL), at=noon)
    assert second.number == 2
    kept = version(second.id).files
    assert kept["filing.bpmn"].encode() == CAREFUL
    assert "本区风险定级" in kept["risk.dmn"]
    assert set(kept) == set(version(first.id).files)


def test_only_what_the_process_uses_is_frozen(office: Session, noon: datetime) -> None:
    district, actor = people.unit("西陵区", "district"), who("miaoqinghe", noon)
    spare = SHIPPED["risk.dmn"].replace('id="risk', 'id="spare').encode()
    made = publishing.publish(actor, publication(district, **{"spare.dmn": spare}), at=noon)
    assert "spare.dmn" not in version(made.id).files


def test_the_same_again_is_refused(office: Session, noon: datetime) -> None:
    district, actor = people.unit("西陵区", "district"), who("miaoqinghe", noon)
    publishing.publish(actor, publication(district), at=noon)
    with pytest.raises(Conflict, match="第 1 版"):
        publishing.publish(actor, publication(district), at=noon)


def test_an_older_version_comes_back_as_a_new_one(office: Session, noon: datetime) -> None:
    district, actor = people.unit("西陵区", "district"), who("miaoqinghe", noon)
    first = publishing.publish(actor, publication(district), at=noon)
    publishing.publish(actor, publication(district, CAREFUL), at=noon)
    again = publishing.republish(
        actor, first.id, Publishing("恢复第 1 版"), at=noon + timedelta(hours=1)
    )
    assert (again.number, again.copy_of_id, again.checksum) == (3, first.id, first.checksum)
    assert again.reason == "恢复第 1 版"
    assert in_force(district).id == again.id


def test_only_those_who_keep_flows_publish(office: Session, noon: datetime) -> None:
    district, town = people.unit("西陵区", "district"), people.unit("西陵街道", "township")
    for account, unit in (("fudongli", town), ("fudongli", district), ("shilan", district)):
        with pytest.raises(Forbidden):
            publishing.publish(who(account, noon), publication(unit), at=noon)
    shipped = in_force(district)
    with pytest.raises(Forbidden):
        publishing.republish(who("miaoqinghe", noon), shipped.id, Publishing("再用"), at=noon)
    with pytest.raises(Invalid, match="请选区县或功能区"):
        publishing.publish(who("miaoqinghe", noon), publication(town), at=noon)
    assert publishing.publish(who("ningyuanshan", noon), publication(district), at=noon).number == 1


def test_departments_have_no_flows(office: Session, noon: datetime) -> None:
    department = office.scalars(select(Unit).where(Unit.kind == "department").limit(1)).one()
    with pytest.raises(NotFound):
        publishing.publish(who("ningyuanshan", noon), publication(department), at=noon)


def test_a_person_says_why(office: Session, noon: datetime) -> None:
    silent = Publication(people.unit("西陵区", "district").id, "filing", {"filing.bpmn": STRICTER})
    with pytest.raises(Invalid) as refused:
        publishing.publish(who("miaoqinghe", noon), silent, at=noon)
    assert set(refused.value.fields) == {"reason"}


def test_all_findings_at_once_and_nothing_is_kept(office: Session, noon: datetime) -> None:
    district = people.unit("西陵区", "district")
    bad = (
        SHIPPED["filing.bpmn"]
        .replace('flow:form="smallworks/review"', 'flow:form="smallworks/none"')
        .replace('targetRef="township_review"', 'targetRef="register_at_township"')
        .encode()
    )
    before = len(office.scalars(select(ProcessVersion.id)).all())
    with pytest.raises(BrokenProcess) as refused:
        publishing.publish(who("miaoqinghe", noon), publication(district, bad), at=noon)
    codes = {finding.code for finding in refused.value.findings}
    assert {"form-unknown", "levels"} <= codes
    assert len(office.scalars(select(ProcessVersion.id)).all()) == before


def test_forms_are_checked_with_it(office: Session, noon: datetime) -> None:
    form = SHIPPED["forms/smallworks/review.json"].replace('"type": "string"', '"type": "alien"', 1)
    district = people.unit("西陵区", "district")
    sent = publication(district, **{"review.json": form.encode()})
    with pytest.raises(BrokenProcess) as refused:
        publishing.publish(who("miaoqinghe", noon), sent, at=noon)
    assert refused.value.findings


@pytest.mark.parametrize(
    "name", ["filing.exe", "a b.bpmn", "x\r\ny.bpmn", ".bpmn/..", "表；单.json"]
)
def test_files_of_other_kinds_are_refused(office: Session, noon: datetime, name: str) -> None:
    sent = publication(people.unit("西陵区", "district"), **{name: b"<x/>"})
    with pytest.raises(Invalid):
        publishing.publish(who("miaoqinghe", noon), sent, at=noon)


def test_files_in_another_encoding_are_refused(office: Session, noon: datetime) -> None:
    sent = publication(people.unit("西陵区", "district"), SHIPPED["filing.bpmn"].encode("utf-16"))
    with pytest.raises(BrokenProcess, match="UTF-8"):
        publishing.publish(who("miaoqinghe", noon), sent, at=noon)


def test_publishing_is_audited(office: Session, noon: datetime) -> None:
    actor = who("miaoqinghe", noon)
    made = publishing.publish(actor, publication(people.unit("西陵区", "district")), at=noon)
    last = office.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.verb, last.person_id) == ("flow_published", actor.id)
    assert last.subject == f"version:{made.id}"


def test_from_disk_by_name_or_code(office: Session, noon: datetime, tmp_path: Path) -> None:
    path = tmp_path / "filing.bpmn"
    path.write_bytes(STRICTER)
    made = publishing.publish_from_disk("西陵区", [path], "", at=noon)
    assert (made.unit.name, made.published_by_id) == ("西陵区", None)
    path.write_bytes(CAREFUL)
    assert publishing.publish_from_disk(made.unit_id, [path], "", at=noon).number == 2
    with pytest.raises(NotFound):
        publishing.publish_from_disk("没有的区", [path], "", at=noon)
    with pytest.raises(Invalid):
        publishing.publish_from_disk("西陵区", [], "", at=noon)


def test_a_new_process_may_use_the_forms_that_are_there(office: Session, noon: datetime) -> None:
    forms = {"flow_form": "smallworks/review"}
    drawn = drawings.document(
        drawings.start(), drawings.review("a", "township", "approve", **forms),
        drawings.review("b", "district", "approve", **(forms | {"flow_role": "district_gov_user"})),
        drawings.end("yes"), drawings.flows("begin", "a", "b", "yes"), key="festival",
    ).replace("demo/apply", "smallworks/filing")  # fmt: skip
    unit = people.unit("西陵区", "district")
    files = {"festival.bpmn": drawn.encode()}
    sent = Publication(unit.id, "festival", files, "庙会搭建", despite=True)
    made = publishing.publish(who("miaoqinghe", noon), sent, at=noon)
    assert set(version(made.id).files) == {
        "festival.bpmn",
        "forms/smallworks/filing.json",
        "forms/smallworks/review.json",
    }


def test_the_list_of_versions(office: Session, noon: datetime) -> None:
    district, actor = people.unit("西陵区", "district"), who("miaoqinghe", noon)
    publishing.publish(actor, publication(district), at=noon)
    publishing.publish(actor, publication(district, CAREFUL), at=noon)
    rows = [
        (r.version.unit.name, r.version.number, r.in_force)
        for r in flows.versions(office, "filing", at=noon)
    ]
    assert rows == [("宜昌市", 1, True), ("西陵区", 2, True), ("西陵区", 1, False)]
    flow = next(one for one in flows.every_flow(office, at=noon) if one.key == "filing")
    assert (flow.key, flow.units, flow.versions, flow.running) == ("filing", 2, 3, 0)
    with pytest.raises(NotFound):
        flows.versions(office, "nothing", at=noon)


def test_the_checksum_is_that_of_the_files(office: Session) -> None:
    made = version(in_force(people.unit("宜昌市", "city")).id)
    whole = json.dumps(made.files, sort_keys=True).encode()
    assert hashlib.sha256(whole).hexdigest() == made.checksum


STOPS = definitions.shipped_files("stop_work")["stop_work.bpmn"]
BY_COMMUNITY = STOPS.replace(
    'name="确认停工" flow:role="head leader" flow:scope="township"',
    'name="确认停工" flow:role="head leader" flow:scope="community"',
)
BY_LEADER = STOPS.replace(
    'name="现场复查" flow:role="head inspector" flow:scope="community"',
    'name="现场复查" flow:role="leader" flow:scope="community"',
)


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (BY_COMMUNITY, "“确认停工”的社区（村）级负责人没有“确认停工、复工”的权限，办理时会被拒绝"),
        (BY_LEADER, "“现场复查”的社区（村）级分管领导不能审核办理，件到这里会转到上级"),
    ],
)
def test_who_lacks_the_right_for_a_step_is_said_and_to_be_confirmed(
    office: Session, noon: datetime, drawn: str, said: str
) -> None:
    miao, unit = who("miaoqinghe", noon), people.unit("西陵区", "district")
    wanted = Publication(unit.id, "stop_work", {"stop_work.bpmn": drawn.encode()}, "改由社区")
    with pytest.raises(Invalid) as asked:
        publishing.publish(miao, wanted, at=noon)
    assert asked.value.fields["despite"].split("\n")[0] == said
    first = publishing.publish(miao, replace(wanted, despite=True), at=noon)
    assert first.number == 1
    plain = replace(wanted, files={"stop_work.bpmn": STOPS.encode()}, despite=True)
    assert publishing.publish(miao, plain, at=noon).number == 2
    with pytest.raises(Invalid):
        publishing.republish(miao, first.id, Publishing("再试"), at=noon)
    again = Publishing("再试", despite=True)
    assert publishing.republish(miao, first.id, again, at=noon).number == 3
