"""The JSON Schemas of what the API takes and gives; OpenAPI 3.1 prints them as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
VALUES: Schema = {"type": "object", "description": "表单内容，按该事项表单的 schema"}


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Sequence[str], **members: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": members}


def _closed(required: Sequence[str], **members: Schema) -> Schema:
    """What we are sent: a member that we do not know is a mistake, and its sender should hear."""
    return {**_object(required, **members), "additionalProperties": False}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def page_of(name: str) -> Schema:
    """One page of a list: its items, and the mark of the next page."""
    return _object(("items", "next"), items=_list_of(name), next=MAYBE)


_PEOPLE: Schema = {
    "type": "array", "items": TEXT, "minItems": 1, "maxItems": 20, "description": "人员 id 或账号",
}  # fmt: skip
_DAY: Schema = {"type": "string", "description": "日期，如 2026-11-23"}
_CASE_HAS = ("id", "number", "title", "process", "status", "result")
_CASE: dict[str, Schema] = {
    **dict.fromkeys(("id", "number", "title", "process", "status"), TEXT),
    "result": MAYBE,
    "division_code": TEXT,
    "category": TEXT,
    "opened_at": MOMENT,
}
"""What a case says in a list and on its own."""

SCHEMAS: dict[str, Schema] = {
    "Credentials": _closed(
        ("account", "password"),
        account=TEXT,
        password=TEXT,
        code={"type": "string", "description": "开启两步验证的账号须填当前验证码"},
    ),
    "Handing": _closed((), to=TEXT, reason=TEXT, acting=TEXT),
    "Absence": _closed(
        ("substitute", "first_day", "last_day"),
        substitute={"type": "string", "description": "代理人的 id"},
        first_day=_DAY,
        last_day=_DAY,
        flows={"type": "array", "items": TEXT, "maxItems": 60, "description": "不写就是全部"},
        reason=TEXT,
    ),
    "Substitute": _object(
        ("id", "person", "substitute", "first_day", "last_day", "flows", "ended"),
        id=TEXT,
        person=TEXT,
        substitute=TEXT,
        first_day=_DAY,
        last_day=_DAY,
        flows={"type": "array", "items": TEXT},
        reason=TEXT,
        ended={"type": "boolean"},
    ),
    "Substitutes": _object(("items",), items=_list_of("Substitute")),
    "Token": _object(("token", "expires_at"), token=TEXT, expires_at=MOMENT),
    "Process": _object(
        ("key", "title", "version", "unit", "form", "schema"),
        key=TEXT,
        title=TEXT,
        version={"type": "integer"},
        unit=TEXT,
        form=TEXT,
        schema={"type": "object", "description": "发起表单的 JSON Schema"},
    ),
    "Filing": _closed(
        ("process", "division_code", "values"),
        process=TEXT,
        division_code={"type": "string", "pattern": "^[0-9]{12}$"},
        values=VALUES,
        attachments={"type": "array", "items": TEXT, "maxItems": 60},
    ),
    "Attachment": _object(
        ("id", "field", "name", "mime", "size"),
        id=TEXT,
        field=TEXT,
        name=TEXT,
        mime=TEXT,
        size={"type": "integer"},
    ),
    "Task": _object(
        (
            "id",
            "case_id",
            "name",
            "element",
            "role",
            "unit",
            "status",
            "due_at",
            "claimed_by",
            "outcomes",
        ),
        id=TEXT,
        case_id=TEXT,
        number=TEXT,
        title=TEXT,
        name=TEXT,
        element=TEXT,
        role=TEXT,
        unit=MAYBE,
        status=TEXT,
        light=TEXT,
        due_at=MAYBE_MOMENT,
        claimed_by=MAYBE,
        outcome=MAYBE,
        outcomes={"type": "array", "items": TEXT},
        posts=_list_of("Post"),
    ),
    "Post": _object(("id", "name"), id=TEXT, name=TEXT),
    "Event": _object(
        ("seq", "verb", "actor", "at"),
        seq={"type": "integer"},
        verb=TEXT,
        actor=MAYBE,
        unit=MAYBE,
        element=TEXT,
        outcome=TEXT,
        at=MOMENT,
    ),
    "CaseLine": _object(_CASE_HAS, **_CASE, light=TEXT),
    "Case": _object(
        (*_CASE_HAS, "tasks", "events"),
        **_CASE,
        ended_at=MAYBE_MOMENT,
        values=VALUES,
        tasks=_list_of("Task"),
        events=_list_of("Event"),
    ),
    "Completion": _closed(
        ("outcome",), outcome=TEXT, values=VALUES, acting=TEXT, straight={"type": "boolean"}
    ),
    "Sharing": _closed(("to",), to=_PEOPLE, text=TEXT),
    "Question": _closed(
        ("to", "text"), to=_PEOPLE, text=TEXT, days={"type": "integer", "minimum": 1, "maximum": 15}
    ),
    "Remark": _closed((), text=TEXT),
    "Said": _object(("case_id", "told"), case_id=TEXT, told={"type": "integer"}),
    "Addition": _closed(("person", "where"), person=TEXT, where=TEXT, reason=TEXT),
    "Removal": _closed(("reason",), reason=TEXT),
    "Assignment": _closed(("person", "reason"), person=TEXT, reason=TEXT),
    "SendingBack": _closed(("to", "reason"), to=TEXT, reason=TEXT, straight={"type": "boolean"}),
    "Jump": _closed(("to", "reason"), to=TEXT, reason=TEXT),
    "Why": _closed((), reason=TEXT),
    "Publication": _object(
        ("unit", "reason", "files"),
        unit={"type": "string", "description": "单位的 id：市、区县或功能区"},
        reason={"type": "string", "maxLength": 400},
        files={
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "description": "一个 .bpmn，可以附带 .dmn 和表单 .json，字段名不限；没传的沿用现行版本",
        },
        starts_on={"type": "string", "format": "date", "description": "施行日期；不写立即施行"},
        despite={"type": "string", "enum": ["yes"], "description": "有需要确认的事项，确认后发布"},
    ),
    "Version": _object(
        ("id", "process", "number", "unit"),
        id=TEXT,
        process=TEXT,
        number={"type": "integer"},
        unit=TEXT,
        title=TEXT,
    ),
    "FlowRequest": _object(
        (
            "id",
            "process",
            "unit",
            "title",
            "state",
            "above",
            "reason",
            "starts_on",
            "asked_by",
            "asked_at",
            "settled_by",
            "settled_at",
            "answer",
            "version",
            "number",
        ),
        **dict.fromkeys(("id", "process", "unit", "title", "above", "reason"), TEXT),
        state={
            "type": "string",
            "enum": ["waiting", "approved", "returned", "taken_back"],
            "description": "等待批准、已批准、已退回、已撤回",
        },
        starts_on={"type": ["string", "null"], "format": "date"},
        asked_by=TEXT,
        asked_at=MOMENT,
        settled_by=MAYBE,
        settled_at=MAYBE_MOMENT,
        answer={"type": "string", "description": "批准、退回时写的意见"},
        version={
            "type": ["string", "null"],
            "description": "批准后发布的版本；直接发布而撤回的，是直接发布的版本",
        },
        number={"type": ["integer", "null"], "description": "它是第几版"},
    ),
    "Finding": _object(("code", "element", "message"), code=TEXT, element=TEXT, message=TEXT),
    "Problem": _object(
        ("type", "title", "status", "detail"),
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        who=TEXT,
        at=MAYBE_MOMENT,
        fields={"type": "object", "additionalProperties": TEXT},
        findings=_list_of("Finding"),
    ),
}
