"""The JSON API: one filing walked through it, its refusals, and that its description is true."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.db import session
from app.web.api.operation import Operation
from app.web.api.schemas import SCHEMAS
from app.workflow.models import Task
from tests.identity.people import SECRET
from tests.smallworks import town as places
from tests.smallworks.town import COMMUNITY, FILES, FORM, credit_code
from tests.stores import Store

API = "/api/v1"


class Program:
    """Another system, signed in for one person; every answer is held against the description."""

    def __init__(self, app: Flask, account: str, password: str = SECRET) -> None:
        self.app, self.client = app, app.test_client()
        sent = {"account": account, "password": password}
        token = self.client.post(f"{API}/tokens", json=sent).get_json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        return self._true(path, "GET", self.client.get(API + path, headers=self.headers))

    def post(self, path: str, key: str = "", **sent: Any) -> TestResponse:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self._true(path, "POST", self.client.post(API + path, headers=headers, **sent))

    def _true(self, path: str, method: str, answer: TestResponse) -> TestResponse:
        """An answer that the description does not allow is a fault of the product."""
        if answer.status_code >= 400:
            schema: Any = {"$ref": "#/components/schemas/Problem"}
            assert answer.content_type == "application/problem+json"
        else:
            adapter = self.app.url_map.bind("localhost")
            endpoint = adapter.match(API + path.split("?")[0], method=method)[0]
            said: Operation = self.app.view_functions[endpoint].operation  # type: ignore[attr-defined]
            schema = said.answers[answer.status_code]
        whole = {**schema, "components": {"schemas": SCHEMAS}}
        Draft202012Validator(whole).validate(answer.get_json())
        return answer


@pytest.fixture
def settled(database: Store, app: Flask) -> Flask:
    """The town of the domain's tests; the API reads the real clock, so its people came long ago."""
    places.begin_town(database, app, "smallworks_town")
    return app


def pdf() -> io.BytesIO:
    made, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(made)
    made.seek(0)
    return made


def filing(owner: Program, **changed: Any) -> dict[str, Any]:
    day = clock.local(clock.now()).date()
    dates = {
        "planned_start": (day + timedelta(days=9)).isoformat(),
        "planned_end": (day + timedelta(days=40)).isoformat(),
    }
    files = []
    for field in FILES:
        sent = {"field": field, "file": (pdf(), "材料.pdf")}
        if field == "site_photos":
            sent["file"] = (photo(), "现场.jpg")
        files.append(owner.post("/attachments", data=sent).get_json()["id"])
    values = {**FORM, **dates, "contractor_credit_code": credit_code(), **changed}
    values.update({name: True for name, value in values.items() if value == "true"})
    return {
        "process": "filing", "division_code": COMMUNITY, "values": values, "attachments": files,
    }  # fmt: skip


def photo() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(made, "JPEG")
    made.seek(0)
    return made


def owner_of(app: Flask) -> Program:
    return Program(app, places.OWNER_PHONE)


def test_a_filing_walks_through_the_api(settled: Flask) -> None:
    owner = owner_of(settled)
    made = owner.post("/cases", "one", json=filing(owner))
    assert made.status_code == 201
    case_id = made.get_json()["id"]
    for account in ("shecundong", "muyulan"):
        officer = Program(settled, account)
        task = officer.get("/tasks?box=claimable").get_json()["items"][0]
        assert task["case_id"] == case_id
        claimed = officer.post(f"/tasks/{task['id']}/claim").get_json()
        assert claimed["claimed_by"]
        answer = officer.post(f"/tasks/{task['id']}/complete", json={"outcome": "approve"})
        assert answer.status_code == 200
    case = owner.get(f"/cases/{case_id}").get_json()
    assert (case["status"], case["result"], case["tasks"]) == ("ended", "approved", [])
    verbs = [event["verb"] for event in case["events"]]
    assert verbs == ["filed", "decided", "decided"]  # who claimed what is for officials
    case = Program(settled, "muyulan").get(f"/cases/{case_id}").get_json()
    verbs = [event["verb"] for event in case["events"]]
    assert verbs == ["filed", "claimed", "decided", "claimed", "decided"]


def test_an_applicant_reads_no_officials_name(settled: Flask) -> None:
    owner, officer = owner_of(settled), Program(settled, "shecundong")
    case_id = owner.post("/cases", json=filing(owner)).get_json()["id"]
    task = officer.get("/tasks?box=claimable").get_json()["items"][0]
    officer.post(f"/tasks/{task['id']}/claim")
    assert officer.get(f"/cases/{case_id}").get_json()["tasks"][0]["claimed_by"] == "佘存栋"
    told = owner.get(f"/cases/{case_id}").get_json()
    assert told["tasks"][0]["claimed_by"] is None
    officer.post(f"/tasks/{task['id']}/complete", json={"outcome": "approve"})
    told = owner.get(f"/cases/{case_id}").get_json()
    assert [event["actor"] for event in told["events"]] == ["鄢小满", None]


def test_a_return_may_ask_to_come_straight_back(settled: Flask) -> None:
    owner, officer = owner_of(settled), Program(settled, "shecundong")
    owner.post("/cases", json=filing(owner))
    task = officer.get("/tasks?box=claimable").get_json()["items"][0]
    values = {"missing_items": ["contract"], "opinion": "请补合同"}
    made = {"outcome": "return", "values": values, "straight": True}
    assert officer.post(f"/tasks/{task['id']}/complete", json=made).status_code == 200
    with settled.app_context():
        row = session().scalars(select(Task).where(Task.status == "open")).one()
        assert row.straight_to_id == task["id"]


def test_the_same_key_opens_one_case(settled: Flask) -> None:
    owner = owner_of(settled)
    body = filing(owner)
    first = owner.post("/cases", "twice", json=body).get_json()
    again = owner.post("/cases", "twice", json=body).get_json()
    assert first["id"] == again["id"]
    assert len(owner.get("/cases").get_json()["items"]) == 1


def test_the_loser_of_a_race_hears_who_was_first(settled: Flask) -> None:
    owner = owner_of(settled)
    owner.post("/cases", json=filing(owner))
    head = Program(settled, "shecundong")
    task = head.get("/tasks?box=claimable").get_json()["items"][0]
    head.post(f"/tasks/{task['id']}/complete", json={"outcome": "approve"})
    late = head.post(f"/tasks/{task['id']}/complete", json={"outcome": "approve"})
    assert late.status_code == 409
    assert late.get_json()["who"] == "佘存栋"
    assert late.get_json()["at"]


def test_the_same_key_decides_once(settled: Flask) -> None:
    owner = owner_of(settled)
    owner.post("/cases", json=filing(owner))
    head = Program(settled, "shecundong")
    task = head.get("/tasks?box=claimable").get_json()["items"][0]
    answers = [
        head.post(f"/tasks/{task['id']}/complete", "k", json={"outcome": "approve"}).status_code
        for _ in range(2)
    ]
    assert answers == [200, 200]


def test_a_release_posted_twice_is_no_fault(settled: Flask) -> None:
    owner = owner_of(settled)
    owner.post("/cases", json=filing(owner))
    head = Program(settled, "shecundong")
    task = head.get("/tasks?box=claimable").get_json()["items"][0]
    head.post(f"/tasks/{task['id']}/claim", "c")
    codes = [head.post(f"/tasks/{task['id']}/release", "r").status_code for _ in range(2)]
    assert codes == [200, 200]


def test_faults_of_the_form_are_named(settled: Flask) -> None:
    owner = owner_of(settled)
    answer = owner.post("/cases", json=filing(owner, investment_wan="-3", address=""))
    assert answer.status_code == 422
    assert {"investment_wan", "address"} <= set(answer.get_json()["fields"])


def test_a_body_of_another_shape_is_refused(settled: Flask) -> None:
    owner = owner_of(settled)
    assert owner.post("/cases", json={"process": "filing"}).status_code == 422
    assert owner.post("/cases", data="not json").status_code == 422


def test_another_district_finds_nothing(settled: Flask) -> None:
    owner = owner_of(settled)
    case = owner.post("/cases", json=filing(owner)).get_json()
    stranger = Program(settled, "chaiyiling")
    assert stranger.get(f"/cases/{case['id']}").status_code == 404
    assert stranger.get("/cases").get_json()["items"] == []
    task = case["tasks"][0]["id"]
    refused = stranger.post(f"/tasks/{task}/complete", json={"outcome": "approve"})
    assert refused.status_code == 403


def test_a_bad_diagram_is_answered_with_its_findings(settled: Flask) -> None:
    keeper = Program(settled, "jinhezhu")
    with settled.app_context():
        unit = places.people.unit("西陵区", "district").id
    drawing = io.BytesIO(b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>")
    sent = {"unit": unit, "reason": "试一试", "bpmn": (drawing, "filing.bpmn")}
    answer = keeper.post("/processes/filing/versions", data=sent)
    assert answer.status_code == 422
    assert answer.get_json()["findings"]


def test_processes_say_what_their_form_asks(settled: Flask) -> None:
    owner = owner_of(settled)
    items = owner.get(f"/processes?division_code={COMMUNITY}").get_json()["items"]
    assert [item["key"] for item in items] == ["filing"]
    assert "project_type" in items[0]["schema"]["properties"]


def test_without_a_token_nothing_is_told(client: FlaskClient) -> None:
    answer = client.get(f"{API}/cases")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_wrong_password_gives_no_token(settled: Flask) -> None:
    sent = {"account": "shecundong", "password": "wrong words entirely"}
    assert settled.test_client().post(f"{API}/tokens", json=sent).status_code == 403


def test_every_operation_is_described(app: Flask, client: FlaskClient) -> None:
    said = client.get(f"{API}/openapi.json").get_json()
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(API)]
    described = {(path, method) for path, ways in said["paths"].items() for method in ways}
    assert said["openapi"] == "3.1.0"
    assert len(described) == len(rules)
    for ways in said["paths"].values():
        for operation in ways.values():
            Draft202012Validator.check_schema(
                {"components": said["components"], "all": operation["responses"]}
            )


def test_every_post_takes_an_idempotency_key(client: FlaskClient) -> None:
    said = client.get(f"{API}/openapi.json").get_json()
    without = [
        path
        for path, ways in said["paths"].items()
        if "post" in ways
        and "Idempotency-Key" not in {one["name"] for one in ways["post"]["parameters"]}
    ]
    # read once is read: a second time changes nothing anyway; nor does a preview
    assert without == ["/cases/{case_id}/seen", "/tokens", "/versions/{version_id}/moves/preview"]
