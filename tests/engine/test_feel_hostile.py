"""Expressions written to break out, to hang or to eat memory: all refused or bounded."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.feel import (
    FeelError,
    FeelSyntaxError,
    Program,
    compile_expression,
    compile_timer,
    compile_unary_tests,
)

READERS = (compile_expression, compile_unary_tests, compile_timer)
SECONDS = 0.5
"""CPU time for anything; what is bounded takes a few milliseconds, what is not takes for ever."""
BYTES = 4 << 20
WALK = (
    "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='_wrap_close'][0]"
    ".__init__.__globals__['getpid']()"
)

REFUSED = {
    "import": '__import__("os").getpid()',
    "import behind or": '(proof.append(__import__("os").getpid()) or True)',
    "subclasses": WALK,
    "format walk": "'{0.__class__.__init__.__globals__}'.format(amount)==''",
    "open": "open('secret').read()",
    "eval": 'eval("1")',
    "attribute": "amount.__class__",
    "dunder": "__builtins__",
    "lambda": "(lambda: 1)()",
    "walrus": "(x := 5) > 1",
    "power": "9**9**9 > 0",
    "power of powers": "(10**8)**(10**8) > 0",
    "digits": "int('9'*4000)**4000 > 0",
    "list times": "len([0]*10**10) > 0",
    "text times": "len('a'*2**34) > 0",
    "format width": "len(f'{1:>9999999999}') > 0",
    "percent width": "'%9999999999d' % 1",
    "comprehension": "sum(1 for a in range(10**5) for b in range(10**5)) > 0",
    "regular expression": 'matches(s, "(a+)+$")',
    "replace": 'replace(s, "(a+)+$", "b")',
    "brackets": "(" * 50_000 + "1" + ")" * 50_000,
    "brackets within length": "(" * 150 + "1" + ")" * 150,
    "lists": "[" * 150 + "1" + "]" * 150,
    "not": "not " * 50_000 + "true",
    "not within length": "not " * 300 + "true",
    "not in functions": "not(" * 100 + "true" + ")" * 100,
    "minus": "-" * 100_000 + "1 < 0",
    "minus within length": "-" * 300 + "1 < 0",
    "chain": " and ".join(["x = 1"] * 60_000),
    "chain within length": "+".join(["1"] * 300),
    "ifs": "if true then " * 40 + "1" + " else 2" * 40,
    "membership": "x in (" * 60 + "1" + ")" * 60,
    "question marks": "?" * 3000 + '"' * 3001,
    "backslashes": '"' + "\\" * 1999,
    "huge number": "1" * 1500,
    "long name": "a" * 1500,
    "long text": '"' + "字" * 2500 + '"',
    "homoglyph": "ａmount",
}

BOUNDED = {
    "all pairs": "every a in xs satisfies every b in xs satisfies a + b >= 0",
    "all triples": (
        "every a in xs satisfies every b in xs satisfies every c in xs satisfies a + b + c >= 0"
    ),
    "long body": "some a in xs satisfies " + "+".join(["a"] * 150) + " = -1",
    "sums": "sum(xs) + " * 15 + "sum(xs) > 0",
    "membership": "(-1 in xs) or " * 30 + "false",
    "data as number": "n * n * n > 0",
    "doubling": "+".join(["s"] * 150),
    "huge product": "*".join(["9999999999999999999999999999999999"] * 50),
    "tiny quotient": "1" + "/9999999999999999999999999999999999" * 48,
    "months": 'duration("P9999999999M")',
    "years": 'duration("P999999999Y")',
    "cycle": 'date("2026-01-01") + duration("P999M")',
}
DATA: dict[str, object] = {
    "amount": 5,
    "x": 1,
    "n": 10**4000,
    "s": "a" * 4000,
    "xs": list(range(1000)),
    "proof": [],
    "__builtins__": {"x": 1},
}


def _watched(work: Callable[[], object]) -> None:
    """Run it and hold it to the time and the memory that an expression may take."""
    tracemalloc.start()
    began = time.process_time()
    try:
        work()
    finally:
        spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert spent < SECONDS
    assert peak < BYTES


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused_when_read(text: str) -> None:
    def attempt() -> None:
        for reads in READERS:
            with pytest.raises(FeelSyntaxError, match=r"第 [0-9]+ 个字符处："):
                reads(text)

    _watched(attempt)


@pytest.mark.parametrize("text", BOUNDED.values(), ids=BOUNDED)
def test_stopped_when_run(text: str) -> None:
    def attempt() -> None:
        program = compile_expression(text)
        with pytest.raises(FeelError, match=r"[一-龥]"):
            program.run(DATA)

    _watched(attempt)


def test_searching_long_texts_takes_no_time() -> None:
    program = compile_expression(" or ".join(['contains(s, substring(s, 2) + "b")'] * 20))
    _watched(lambda: program.run(DATA))
    assert program.run(DATA) is False


def test_a_timer_from_case_data_is_only_text() -> None:
    assert compile_timer("d").run({"d": "P9999999999M"}) == "P9999999999M"
    with pytest.raises(FeelError, match="不是时长"):
        compile_expression("duration(d)").run({"d": "P9999999999M"})


def test_fuel_is_paid_by_list_length_and_body_length() -> None:
    short = compile_expression("every a in xs satisfies a >= 0")
    assert short.run({"xs": list(range(1000))}) is True
    with pytest.raises(FeelError, match="表达式的计算量太大"):
        compile_expression("every a in xs satisfies " + "a + " * 20 + "a >= 0").run(DATA)


def test_the_language_knows_nothing_of_python() -> None:
    """No module of the language could evaluate Python if it wanted to."""
    import app.engine.feel as language

    for source in Path(language.__file__).parent.glob("*.py"):
        words = source.read_text(encoding="utf-8")
        for word in ("eval(", "exec(", "getattr(", "__import__", "compile(", "import ast"):
            assert word not in words.replace("re.compile(", ""), f"{source.name}: {word}"


PIECES = """1 2.5 0 x amount 风险 xs s true null and or not in if then else some every satisfies
between ( ) [ ] .. , + - * / = != < <= > >= ? "a" "4205" contains sum min count date duration
substring decimal string workdays floor number "2026-11-22" "P3D" """
CALLS = ["is defined(", "or else(", "get or else(", "starts with(", "days between("]
WORDS = st.sampled_from([*PIECES.split(), *CALLS])
TEXTS = st.one_of(
    st.lists(WORDS, max_size=25).map(" ".join),
    st.lists(WORDS, max_size=25).map("".join),
    st.text(max_size=60),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(max_size=20),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.binary(max_size=3),
)


def _grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Well-formed expressions from smaller ones, so that running is tried and not only reading."""
    signs = st.sampled_from(
        ["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
    )
    calls = st.sampled_from(
        ["sum", "min", "count", "not", "abs", "floor", "string", "number", "date", "duration"]
    )
    return st.one_of(
        st.tuples(parts, signs, parts).map(lambda t: f"(({t[0]}) {t[1]} ({t[2]}))"),
        st.tuples(calls, parts).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(parts, parts, parts).map(lambda t: f"if {t[0]} then {t[1]} else {t[2]}"),
        st.tuples(parts, parts).map(lambda t: f"[{t[0]}, {t[1]}]"),
        st.tuples(parts, parts).map(lambda t: f"x in [{t[0]}..{t[1]})"),
        st.tuples(parts, parts).map(lambda t: f"some x in [{t[0]}] satisfies {t[1]}"),
        st.tuples(parts, parts).map(lambda t: f"substring({t[0]}, {t[1]})"),
        st.tuples(parts, parts).map(lambda t: f"decimal({t[0]}, {t[1]})"),
    )


ATOMS = st.sampled_from(
    [
        "x",
        "amount",
        "风险",
        "xs",
        "s",
        "1",
        "0.3",
        "-7",
        "true",
        "null",
        '"a"',
        '"2026-11-22"',
        '"P3D"',
    ]
)
FORMED = st.recursive(ATOMS, _grown, max_leaves=8)


def _contained(reads: Callable[[str], Program], text: str, data: dict[str, object]) -> None:
    """Reading and running end in a value or in one of the two errors, nothing else."""
    try:
        answer = reads(text).run(data, data.get("x"))
    except (FeelSyntaxError, FeelError):
        return
    assert not isinstance(answer, float)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(TEXTS, FORMED), st.sampled_from(READERS), SCALARS, SCALARS)
def test_nothing_unexpected_escapes(
    text: str, reads: Callable[[str], Program], x: object, amount: object
) -> None:
    data = {"x": x, "amount": amount, "风险": "高", "xs": [1, Decimal("2.5"), 3], "s": "abc"}
    _contained(reads, text, data)
