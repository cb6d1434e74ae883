"""The child: whatever a file makes it do, the parent gets a finding, in time, and lives."""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.children import Child
from app.engine.check import Limits, ask_child, check
from app.errors import Conflict, Finding
from tests.engine import burners
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    document,
    end,
    flow,
    gate,
    graded,
    honest,
    node,
    on_the_way,
    table,
)

TIGHT = Limits(cpu_seconds=1, memory=512 << 20, wall_seconds=5)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("burn", "check-time"),
        ("hog", "check-memory"),
        ("crash", "check-crash"),
        ("fail", "check-crash"),
    ],
)
def test_a_child_that_dies_is_one_finding(deed: str, code: str) -> None:
    begun = time.monotonic()
    (finding,) = ask_child("tests.engine.burners", {"do": deed}, TIGHT)
    assert finding.code == code
    assert finding.message.startswith("检查")
    assert time.monotonic() - begun < 5


def test_a_child_that_waits_is_stopped_by_the_clock() -> None:
    (finding,) = ask_child("tests.engine.burners", {"do": "wait"}, Limits(wall_seconds=2))
    assert finding.code == "check-time"


def test_a_child_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "planted"
    (finding,) = ask_child("tests.engine.burners", {"do": "write", "path": str(path)}, TIGHT)
    assert finding.code == "check-crash"
    assert not path.exists() or path.read_text() == ""


def test_what_a_child_prints_is_not_its_answer() -> None:
    (finding,) = ask_child("tests.engine.burners", {"do": "print"}, TIGHT)
    assert finding == Finding("deed", "", "")


def test_a_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGUAN_SECRET_KEY", "not for children")
    (seen,) = ask_child("tests.engine.burners", {"do": "look"}, TIGHT)
    assert set(seen.message.split()) <= {"PATH", "LANG", "LC_CTYPE"}


def test_a_child_holds_no_file_of_ours(tmp_path: Path) -> None:
    fresh = Child(Path(burners.__file__).parents[2] / "app/engine/reader_child.py")
    with (tmp_path / "store.db").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        words = ("tests.engine.burners", "5", str(512 << 20))
        code, said = fresh.ask(b'{"do": "handles"}', *words, seconds=20)
    ((_, _, held, _, _),) = json.loads(said)["findings"]
    assert code == 0
    assert {each.split(":")[0] for each in held.split() if "/proc/" not in each} <= {
        "socket", "/dev/null",
    }  # fmt: skip


def test_what_one_child_does_to_itself_the_next_does_not_know() -> None:
    seen = [ask_child("tests.engine.burners", {"do": "stain"}, Limits()) for _ in range(3)]
    assert [finding.message for (finding,) in seen] == ["1", "1", "1"]


def test_of_many_at_once_two_are_read_and_who_waits_too_long_hears_it() -> None:
    hang = Limits(wall_seconds=2)
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        many = [
            pool.submit(ask_child, "tests.engine.burners", {"do": "wait"}, hang) for _ in range(4)
        ]
        time.sleep(0.5)
        with pytest.raises(Conflict, match="过一会儿再试"):
            ask_child("tests.engine.burners", {"do": "print"}, Limits(patience=0.2))
        assert time.monotonic() - begun < 2
    assert [one.result()[0].code for one in many] == ["check-time"] * 4
    assert time.monotonic() - begun >= 4
    assert ask_child("tests.engine.burners", {"do": "print"}, Limits(patience=0.2))


def test_where_nobody_can_wait_a_drawing_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    (seen,) = ask_child("tests.engine.burners", {"do": "print"}, TIGHT)
    assert seen == Finding("deed", "", "")
    (late,) = ask_child("tests.engine.burners", {"do": "wait"}, Limits(wall_seconds=2))
    assert late.code == "check-time"


def test_a_sound_bundle_has_no_findings() -> None:
    forms = {"forms/demo/apply.json": "{}", "forms/demo/review.json": "{}"}
    files = {"demo.bpmn": graded(), "grade.dmn": table().encode(), **forms}
    assert check(files, "demo", words=WORDS) == ()


def test_findings_come_back_as_they_were_made() -> None:
    drawn = on_the_way(node("scriptTask", "sum", "计算“得分”"), "sum")
    (finding,) = check({"demo.bpmn": drawn}, "demo", words=WORDS)
    assert (finding.code, finding.element) == ("tag-refused", "sum")
    assert "计算“得分”" in finding.message


def test_files_too_large_or_too_many_are_not_opened() -> None:
    (finding,) = check({"demo.bpmn": b"x" * ((1 << 20) + 1)}, "demo", words=WORDS)
    assert (finding.code, finding.element) == ("file-size", "demo.bpmn")
    many = {f"{at}.bpmn": honest() for at in range(21)}
    assert [finding.code for finding in check(many, "demo", words=WORDS)] == ["file-count"]


def test_no_diagram_at_all() -> None:
    (finding,) = check({}, "demo", words=WORDS)
    assert finding.code == "process-missing"


def test_the_answer_comes_quickly() -> None:
    """Under a second on an idle machine; the bar leaves room for a busy one."""
    times = []
    for _ in range(3):
        begun = time.monotonic()
        check({"demo.bpmn": honest()}, "demo", words=WORDS)
        times.append(time.monotonic() - begun)
    assert min(times) < 3


def test_a_way_to_a_fault_comes_back_from_the_child() -> None:
    """One branch always ends before the join, by a condition that is never true."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    drawn = document(
        *kept, gate("p", "parallelGateway"), flow("begin", "p"), flow("p", "g"), flow("p", "j"),
        gate("g", default="g-over"), flow("g", "j", "1 = 2"), flow("g", "over"),
        end("over", "done"), gate("j", "parallelGateway"), flow("j", "community"),
    )  # fmt: skip
    (found,) = check({"demo.bpmn": drawn}, "demo", words=WORDS)
    assert (found.code, found.element) == ("join-never", "j")
    assert found.path[:3] == ("begin", "begin-p", "p")
    assert set(found.path) >= {"p-j", "g-over", "over"}
