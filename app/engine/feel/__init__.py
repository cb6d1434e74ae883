"""The expression language of diagrams and decision tables: a closed subset of FEEL.

There is no Python, no attribute access, no regular expression and no unbounded loop in it; numbers
are decimal. docs/feel.md lists every construct.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.engine.feel import nodes
from app.engine.feel.cells import CellParser
from app.engine.feel.errors import FeelError, FeelSyntaxError
from app.engine.feel.functions import HOST_FUNCTIONS
from app.engine.feel.moments import Duration, read_date, read_duration, read_moment
from app.engine.feel.nodes import Env
from app.engine.feel.parser import Parser
from app.engine.feel.program import Program
from app.engine.feel.values import Value, added

__all__ = [
    "HOST_FUNCTIONS",
    "Duration",
    "Env",
    "FeelError",
    "FeelSyntaxError",
    "Program",
    "Value",
    "added",
    "compile_expression",
    "compile_timer",
    "compile_unary_tests",
    "read_date",
    "read_duration",
    "read_moment",
]

_KEPT = 1024
_ISO = re.compile(
    r"(R[0-9]*/)?-?P[0-9TYMWDHS]{1,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.Z+-]{1,20})?"
)


@lru_cache(_KEPT)
def compile_expression(text: str) -> Program:
    """A condition, an output or any other expression. A leading `=` is taken as said."""
    parser = Parser(text)
    parser.take("=")
    node = parser.expression()
    parser.end()
    return Program(text, frozenset(parser.names), frozenset(parser.calls), node)


@lru_cache(_KEPT)
def compile_unary_tests(text: str) -> Program:
    """An input cell of a decision table; an empty one and `-` fit every value."""
    if text.strip() in ("", "-"):
        return Program(text, frozenset(), frozenset(), nodes.constant(True))
    parser = CellParser(text)
    node = parser.cell()
    parser.end()
    return Program(text, frozenset(parser.names), frozenset(parser.calls), node)


@lru_cache(_KEPT)
def compile_timer(text: str) -> Program:
    """The text of a timer: an expression, or a bare ISO 8601 text such as P3D, which is itself."""
    bare = text.strip()
    if _ISO.fullmatch(bare):
        return Program(text, frozenset(), frozenset(), nodes.constant(bare))
    return compile_expression(text)
