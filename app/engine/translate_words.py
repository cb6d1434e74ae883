"""The words of other products, and what they come to here."""

from __future__ import annotations

import re

from lxml import etree

from app.engine.gate_words import BPMN

OTHERS = frozenset(
    {
        "http://camunda.org/schema/1.0/bpmn",
        "http://flowable.org/bpmn",
        "http://activiti.org/bpmn",
    }
)
"""Products whose attributes mean the same by the same names."""
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
FORM_FILES = "formJsonSchemaFilename"
APPLICANTS = frozenset(
    {"${initiator}", "${applicant}", "${starter}", "${startUserId}", "$INITIATOR", "applicant"}
)
"""Whoever started the process."""
QUIET = frozenset(
    {
        "asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "priority",
        "historyTimeToLive", "isStartableInTasklist", "versionTag", "initiator",
        "formFieldValidation",
    }
)  # fmt: skip
"""How another engine runs or stores a step; it changes no way."""
UNSAFE = "{{"
"""A template: its words depend on values, so they are not words yet."""

FORM_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}/[a-z][a-z0-9_-]{0,39}")
_PLACES = re.compile(r"^(embedded|camunda-forms|app|deployment|bpmn)(:|$)|^forms/")
_ENDING = re.compile(r"(-schema)?(\.(html|form|json))?$")
_DAYS = re.compile(r"P([1-9]\d?)D")
_HOURS = re.compile(r"PT([1-9]\d{0,2})H")
_ALL = re.compile(r"\$\{\s*nrOfCompletedInstances\s*==\s*nrOfInstances\s*\}")
_ONE = re.compile(r"\$\{\s*nrOfCompletedInstances\s*(>=|==)\s*1\s*\}")
_SHARE = re.compile(
    r"\$\{\s*nrOfCompletedInstances\s*/\s*nrOfInstances\s*>=\s*(0\.\d{1,2}|1(?:\.0)?)\s*\}"
)


def form_of(key: str, folder: str) -> str:
    """`embedded:app:forms/review.html`, `review-schema.json` → `<folder>/review`."""
    text = key.strip()
    while (shorter := _PLACES.sub("", text)) != text:
        text = shorter
    text = _ENDING.sub("", text).lower()
    return text if "/" in text or not text else f"{folder}/{text}"


def hours_of(due: str) -> int:
    """A length such as P3D or PT48H; nothing for a date or an expression."""
    if days := _DAYS.fullmatch(due.strip()):
        return int(days[1]) * 24
    hours = _HOURS.fullmatch(due.strip())
    return int(hours[1]) if hours else 0


def sign_of(loop: etree._Element) -> str:
    """How several instances decide; nothing where we cannot say it."""
    condition = (loop.findtext(f"{{{BPMN}}}completionCondition") or "").strip()
    whole = not condition or _ALL.fullmatch(condition) is not None
    if loop.get("isSequential") == "true":
        return "order" if whole else ""
    if whole:
        return "all"
    if _ONE.fullmatch(condition):
        return "any"
    share = _SHARE.fullmatch(condition)
    return f"vote:{round(float(share[1]) * 100)}" if share else ""
