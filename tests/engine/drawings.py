"""BPMN and DMN as short strings: what the tests of the gate and of the checks are drawn with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from app.engine.check import Vocabulary

SPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:flow="http://anguan.gov.example/flow" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
WORDS = Vocabulary(
    forms={"demo/apply": ["amount", "risky"], "demo/review": ["urgent"]},
    routing=frozenset({"division"}),
    actions=frozenset({"register"}),
    results=frozenset({"approved", "rejected", "lapsed", "done"}),
    levels_needed=2,
)


def document(*parts: str, key: str = "demo", extra: str = "", head: str = "") -> str:
    """A BPMN file with one process; `extra` stands beside it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<bpmn:definitions {SPACES} id="defs" '
        f'targetNamespace="t">{extra}<bpmn:process id="{key}" name="示例" isExecutable="true" '
        f'flow:startForm="demo/apply">{"".join(parts)}</bpmn:process></bpmn:definitions>'
    )


def node(tag: str, key: str, name: str = "", inside: str = "", **attributes: str) -> str:
    """One flow node; `flow_x="…"` becomes `flow:x`."""
    said = "".join(
        f" {word.replace('flow_', 'flow:')}={quoteattr(value)}"
        for word, value in attributes.items()
    )
    return f'<bpmn:{tag} id="{key}" name="{name or key}"{said}>{inside}</bpmn:{tag}>'


def start(key: str = "begin") -> str:
    return node("startEvent", key, "提交")


def end(key: str, result: str = "approved", inside: str = "") -> str:
    return node("endEvent", key, inside=inside, flow_result=result)


def review(key: str, scope: str, outcomes: str = "approve return reject", **more: str) -> str:
    words = {
        "flow_role": "head",
        "flow_scope": scope,
        "flow_form": "demo/review",
        "flow_outcomes": outcomes,
    }
    return node("userTask", key, f"{key}审核", **(words | more))


def applicant(key: str) -> str:
    return node("userTask", key, "补正", flow_role="applicant", flow_form="demo/apply")


def gate(key: str, tag: str = "exclusiveGateway", **more: str) -> str:
    return node(tag, key, **more)


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    """A sequence flow, named after its ends."""
    inside = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}'
        "</bpmn:conditionExpression>"
        if condition
        else ""
    )
    key = key or f"{source}-{target}"
    return (
        f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}'
        "</bpmn:sequenceFlow>"
    )


def flows(*keys: str) -> str:
    """Plain flows along a line of nodes."""
    return "".join(flow(a, b) for a, b in pairwise(keys))


def judged(task: str, onward: str, back: str = "fix", out: str = "no") -> str:
    """The gateway behind a review: approve goes on, return to the applicant, reject out."""
    key = f"{task}_gate"
    return (
        gate(key)
        + flow(task, key)
        + flow(key, onward, 'outcome = "approve"')
        + flow(key, back, 'outcome = "return"')
        + flow(key, out, 'outcome = "reject"')
    )


def timer(kind: str, text: str) -> str:
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">'
        f"{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def wait(key: str, kind: str, text: str) -> str:
    return node("intermediateCatchEvent", key, inside=timer(kind, text))


def boundary(key: str, host: str, inside: str, **more: str) -> str:
    return node("boundaryEvent", key, inside=inside, attachedToRef=host, **more)


TWO_LEVELS = (
    start(),
    review("community", "community"),
    review("township", "township"),
    applicant("fix"),
    end("yes"),
    end("no", "rejected"),
    flow("begin", "community"),
    flow("fix", "community"),
    judged("community", "township"),
    judged("township", "yes"),
)
"""The smallest honest flow: two levels, return to the applicant, refusal."""


def honest(*more: str, without: Iterable[str] = (), key: str = "demo", extra: str = "") -> str:
    """The honest flow with parts added, and without the parts that hold a word of `without`."""
    kept = [part for part in TWO_LEVELS if not any(word in part for word in without)]
    return document(*kept, *more, key=key, extra=extra)


def on_the_way(part: str, key: str) -> str:
    """The honest flow with one more node between the start and the first review."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    return document(*kept, part, flow("begin", key), flow(key, "community"))


def table(
    test: str = "&lt; 5", output: str = '"low"', asked: str = "amount", more: str = ""
) -> str:
    """A decision table `grade` that answers `level`: by one row, by default the same."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions '
        'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables" name="t" namespace="n">'
        f'<decision id="grade" name="定级"><decisionTable id="dt" hitPolicy="FIRST"><input id="i1">'
        f'<inputExpression id="ie"><text>{asked}</text></inputExpression></input>'
        f'<output id="o1" name="level"><defaultOutputEntry id="d1"><text>{output}</text>'
        f'</defaultOutputEntry></output><rule id="r1"><inputEntry id="c1"><text>{test}</text>'
        f'</inputEntry><outputEntry id="c2"><text>{output}</text></outputEntry></rule>{more}'
        "</decisionTable></decision></definitions>"
    )


def graded() -> str:
    """The honest flow with a decision in front."""
    return on_the_way(node("businessRuleTask", "rule", "定级", flow_decision="grade"), "rule")
