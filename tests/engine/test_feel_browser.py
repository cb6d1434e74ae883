"""Our language against feelin, the FEEL of the browser's editors: same text, same answer.

Where they part ways on purpose it is named here and counted; anything else fails.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.engine.feel import FeelError, FeelSyntaxError, compile_expression, compile_unary_tests
from tests.engine.feel_expressions import Expressions
from tests.engine.feel_parts import CONTEXTS, Case

COUNT = 10_500
HERE = Path(__file__).parent
STRICT = {
    "a variable that is absent": r"没有变量",
    "an order of unlike kinds, or with null": r"不能比较|文字不能比大小",
    "equality of unlike kinds": r"不能把|不能用等号比较",
    "a truth is needed": r"这里要判断结果",
    "a number, text or list is needed": r"这里要",
    "a range the wrong way round": r"范围的起点大于终点",
    "no result of a division": r"除数是 0|算不出结果",
    "an empty list has no sum, least or greatest": r"列表是空的",
    "a place outside the text": r"起始位置超出",
    "a duration that fits no day": r"时长只能加在|日期只能加减",
    "null as a text": r"空值不能变成文字|不能变成文字",
    "a text that is no day": r"不是日期",
    "a cell that comes to a truth": r"这一格算出的是",
}
"""What we refuse and feelin answers with null, false or a guess; by the words of our message."""
VALUES = frozenset(
    {
        "a range the wrong way round",
        "no result of a division",
        "an empty list has no sum, least or greatest",
        "a place outside the text",
        "a variable that is absent",
        "a cell that comes to a truth",
    }
)
"""The refusals that can meet an expression whose kinds fit."""


def node() -> str:
    """Node of the system, or the one that the set-up brings."""
    places = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    found = shutil.which("node", path=os.pathsep.join(places))
    assert found, "Node is missing: `manage.py test` brings it"
    return found


def asked_of_feelin(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """What feelin says to each expression."""
    lines = [json.dumps(CONTEXTS)]
    lines += [json.dumps([case.theirs, case.context, case.unary]) for case in cases]
    done = subprocess.run(
        [node(), str(HERE / "feelin.mjs")],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def given(value: Any) -> Any:
    """A value of a context as a case has it."""
    match value:
        case {"date": day}:
            return date.fromisoformat(day)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case float():
            return Decimal(str(value))
        case list():
            return [given(each) for each in value]
    return value


OURS = [{name: given(value) for name, value in each.items()} for each in CONTEXTS]


def worked_out(case: Case) -> Any:
    """Our answer, or the error that we answer with."""
    data = OURS[case.context]
    try:
        if case.unary:
            return compile_unary_tests(case.ours).run(data, data[case.unary])
        return compile_expression(case.ours).run(data)
    except (FeelSyntaxError, FeelError) as error:
        return error


def same(ours: Any, theirs: Any) -> bool:
    """Equal as FEEL values; numbers to twelve digits, which is what a browser has of them."""
    match ours:
        case None | bool() | str():
            return type(ours) is type(theirs) and bool(ours == theirs)
        case int() | Decimal():
            wide = 1e-12 * max(1.0, abs(float(ours)))
            return "number" in _plain(theirs) and abs(float(ours) - float(theirs["number"])) <= wide
        case datetime():
            moment = ours.astimezone(UTC).isoformat().replace("+00:00", "Z")
            return bool(theirs == {"datetime": moment})
        case date():
            return bool(theirs == {"date": ours.isoformat()})
        case list():
            both = isinstance(theirs, list) and len(theirs) == len(ours)
            return both and all(map(same, ours, theirs))
    return False


def _plain(value: Any) -> dict[str, str]:
    return value if isinstance(value, dict) else {}


def refused(case: Case, error: Exception, theirs: dict[str, Any]) -> str:
    """The name of a refusal of ours. One that is not on the list has none."""
    if isinstance(error, FeelSyntaxError):
        return (
            "we ask for brackets round `in` beside and, or" if "in 与 and、or" in str(error) else ""
        )
    name = next((name for name, words in STRICT.items() if re.search(words, str(error))), "")
    if not name or not (case.wild or name in VALUES):
        return ""
    return f"we refuse: {name}"


def judged(case: Case, ours: Any, theirs: dict[str, Any]) -> str:
    """`the same`, the name of an intended difference, or nothing: a difference nobody intended."""
    if isinstance(ours, FeelSyntaxError | FeelError):
        return refused(case, ours, theirs)
    if "error" in theirs:
        if "FilterExpression" in theirs["error"] and "[" in case.ours:
            return "feelin reads `[` behind the end of an open range as a filter"
        beyond = case.wild and "unsupported range" in theirs["error"]
        return "feelin stumbles over a part that we never come to" if beyond else ""
    if same(ours, theirs["value"]):
        return "the same"
    if case.inexact:
        return "decimal against binary numbers"
    null = case.wild and theirs["value"] is None and re.search(r"null|note|nobody", case.ours)
    return "null among the values behind `in`" if null else ""


def distinct(seed: int) -> list[Case]:
    """COUNT expressions, no two the same in the same context."""
    supply = Expressions(seed)
    made: dict[tuple[str, int, str], Case] = {}
    while len(made) < COUNT:
        case = supply.one()
        made[case.ours, case.context, case.unary] = case
    return list(made.values())


@pytest.mark.parametrize("seed", [20261120, 20261121])
def test_the_browser_and_the_server_agree(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    cases = distinct(seed)
    counted: Counter[str] = Counter()
    unintended = []
    for case, theirs in zip(cases, asked_of_feelin(cases), strict=True):
        ours = worked_out(case)
        name = judged(case, ours, theirs)
        counted[name] += 1
        if not name:
            unintended.append(f"{case}\n  {ours}\n  {theirs}")
    record_property("measured", f"feelin, seed {seed}: {len(cases)} expressions, {dict(counted)}")
    assert not unintended, "\n".join(unintended[:20])
    assert counted["the same"] > len(cases) * 0.75
    assert counted["decimal against binary numbers"] < len(cases) * 0.005
    assert counted["null among the values behind `in`"] < len(cases) * 0.001
    assert counted["feelin reads `[` behind the end of an open range as a filter"] < 0.01 * len(
        cases
    )
