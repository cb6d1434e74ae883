"""What no drawing shows is stopped while it runs: limits hold for values too, and for hangs."""

from __future__ import annotations

import time

import pytest

from app import engine
from app.engine.check import Limits, check
from app.engine.check_bundle import check_bundle
from app.errors import BrokenProcess
from tests.engine.burning import burning
from tests.engine.door import Walk, drawing, drawn, flows
from tests.engine.drawings import WORDS, on_the_way, wait

TIMED = """<startEvent id="opened" /><userTask id="ask" flow:role="head" flow:scope="city" />
    <intermediateCatchEvent id="rest"><timerEventDefinition><{kind}>{text}</{kind}>
    </timerEventDefinition></intermediateCatchEvent><endEvent id="done" />{flows}
    <exclusiveGateway id="again" default="again_rest" />
    <sequenceFlow id="out" sourceRef="again" targetRef="done">
    <conditionExpression>stop</conditionExpression></sequenceFlow>"""


def timed(kind: str, text: str) -> Walk:
    body = TIMED.format(
        kind=kind, text=text, flows=flows("opened-ask", "ask-rest", "rest-again", "again-rest")
    )
    return Walk(drawn(body))


@pytest.mark.parametrize(
    ("kind", "text", "value", "says"),
    [
        ("timeDuration", "span", "PT0S", "1 分钟到 5 年"),
        ("timeDuration", "span", "PT1S", "1 分钟到 5 年"),
        ("timeDuration", "span", "-P1D", "1 分钟到 5 年"),
        ("timeDuration", "span", "P9Y", "1 分钟到 5 年"),
        ("timeDuration", "span", "P9999999999M", "不是时长"),
        ("timeDuration", "span", "R/PT0S", "不是日期"),
        ("timeDuration", "duration(span)", "PT5S", "1 分钟到 5 年"),
        ("timeDuration", "span", True, "结果应为时长或日期"),
        ("timeDate", "span", "9999-12-31", "年份"),
        ("timeDate", "span", "0001-01-01", "年份"),
        ("timeDate", "workdays(span)", 0, "工作日数"),
        ("timeDate", "workdays(span)", -5, "工作日数"),
        ("timeDate", "workdays(span)", 1000, "工作日数"),
        ("timeDate", "workdays(span)", 10**17, "不能超过 1000"),
        ("timeDate", "span", "2020-01-01", "死循环"),
    ],
)
def test_a_timer_that_data_decide_keeps_the_limits(
    kind: str, text: str, value: str | int, says: str
) -> None:
    walk = timed(kind, text)
    begun = time.thread_time()
    with pytest.raises(BrokenProcess, match=says):
        walk.do("ask", span=value, stop=False)
    assert time.thread_time() - begun < 5
    assert walk.open == ["ask"]


def test_a_timer_within_the_limits_waits() -> None:
    walk = timed("timeDuration", "span")
    assert walk.do("ask", span="P3D", stop=True).wake_at is not None
    assert walk.later(days=3).ended


@pytest.mark.parametrize("text", ["1999-12-31", "2200-01-01", "9999-12-31T00:00:00"])
def test_a_date_beyond_the_calendar_is_refused_when_publishing(text: str) -> None:
    files = {"demo.bpmn": on_the_way(wait("w", "timeDate", text), "w").encode()}
    assert [each.code for each in check_bundle(files, "demo", WORDS)] == ["timer"]


def test_messages_cannot_pile_up_tasks_without_end() -> None:
    """Each message leads to a hundred tasks more; the case stays as it was before the last one."""
    many = [f"t{at}" for at in range(100)]
    tasks = "".join(
        f'<userTask id="{key}" flow:role="head" flow:scope="city" />' for key in ("ask", *many)
    )
    pairs = [f"split-{key}" for key in many] + [f"{key}-done" for key in many]
    body = f"""<startEvent id="opened" />{tasks}<boundaryEvent id="told" attachedToRef="ask"
        cancelActivity="false"><messageEventDefinition messageRef="m" /></boundaryEvent>
        <parallelGateway id="split" /><endEvent id="done" /><endEvent id="over" />
        {flows("opened-ask", "ask-over", "told-split", *pairs)}"""
    text = drawing(body).replace("<process", '<message id="m" name="more" /><process')
    walk = Walk(engine.parse({"drawn.bpmn": text}, "drawn"))
    for _ in range(9):
        walk.hear("more")
    with pytest.raises(BrokenProcess, match="超过 1000 个，请先办结"):
        walk.hear("more")
    assert len(walk.open) == 901
    assert len(walk.do("t0").open) == 900


def test_a_drawing_that_passes_every_bound_and_burns_costs_one_answer() -> None:
    """Each step of it is allowed; together they would take minutes."""
    begun = time.monotonic()
    found = check({"demo.bpmn": burning()}, "demo", words=WORDS, limits=Limits(cpu_seconds=1))
    assert [each.code for each in found] == ["check-time"]
    assert time.monotonic() - begun < 15
    found = check({"demo.bpmn": burning(reviews=4, others=2)}, "demo", words=WORDS)
    assert [each.code for each in found] == ["levels"]
