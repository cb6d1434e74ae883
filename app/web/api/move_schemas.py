"""The schemas of moving running cases onto a newer version (更新在办件)."""

from __future__ import annotations

from app.web.api.parts import (
    MAYBE_MOMENT,
    MOMENT,
    TEXT,
    TEXTS,
    Schema,
    closed,
    list_of,
    object_of,
    ref,
)

_TARGETS: Schema = {
    "type": "object", "maxProperties": 50, "description": "旧版本的 id → 环节 → 新版中转到的环节",
    "additionalProperties": {
        "type": "object", "maxProperties": 50,
        "additionalProperties": {"type": "string", "maxLength": 64},
    },
}  # fmt: skip
MOVES: dict[str, Schema] = {
    "MoveTargets": closed((), targets=_TARGETS),
    "MoveOrder": closed(
        ("reason", "cases"),
        reason={"type": "string", "maxLength": 500},
        cases={
            "type": "array",
            "items": ref("SeenCase"),
            "minItems": 1,
            "maxItems": 1000,
            "description": "办件和预览时的 seq；此后有人办过的不更新",
        },
        targets=_TARGETS,
    ),
    "SeenCase": closed(
        ("case_id", "seq"), case_id=TEXT, seq={"type": "integer", "minimum": 0, "maximum": 10**8}
    ),
    "MovePreview": object_of(
        ("total", "items", "missing", "steps"),
        total={"type": "integer", "description": "要更新的总件数；一次最多 1000 件"},
        items=list_of("MoveLine"),
        missing={
            "type": "array",
            "items": object_of(
                ("version", "element", "name"), version=TEXT, element=TEXT, name=TEXT
            ),
            "description": "有件停在这里而新版没有的环节，在 targets 中写明转到哪一步",
        },
        steps={
            "type": "array",
            "items": object_of(("element", "name"), element=TEXT, name=TEXT),
            "description": "可以转到的环节",
        },
    ),
    "MoveLine": object_of(
        ("case_id", "number", "seq", "version", "now", "after", "fit", "why", "warnings"),
        **dict.fromkeys(("case_id", "number", "version", "why"), TEXT),
        seq={"type": "integer"},
        fit={"type": "boolean"},
        **dict.fromkeys(("now", "after", "warnings"), TEXTS),
    ),
    "Move": object_of(
        (
            "id",
            "version",
            "process",
            "reason",
            "begun_by",
            "begun_at",
            "running",
            "counts",
            "items",
        ),
        **dict.fromkeys(("id", "version", "process", "reason", "begun_by"), TEXT),
        begun_at=MOMENT,
        ended_at=MAYBE_MOMENT,
        undone_at=MAYBE_MOMENT,
        running={"type": "boolean"},
        counts={"type": "object", "additionalProperties": {"type": "integer"}},
        items=list_of("MovedCase"),
    ),
    "MovedCase": object_of(
        ("case_id", "number", "status", "why"),
        case_id=TEXT,
        number=TEXT,
        status={"type": "string", "enum": ["due", "moved", "skipped", "undone", "kept"]},
        why=TEXT,
    ),
}
