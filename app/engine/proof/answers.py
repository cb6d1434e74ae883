"""What decision tables may answer: every row, whatever it was asked; more than can really be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from app.engine.decision_tables import Table
from app.engine.decisions import Decision
from app.engine.feel import FeelError, Program

MAX_COMBINATIONS = 500
UNKNOWN = object()
"""Stands for an output that rests on values which nobody has listed."""

Answer = Mapping[str, object]


def answers(decision: Decision, declared: Mapping[str, Sequence[object]]) -> list[Answer]:
    """Each combination of outputs that some row gives; `declared` are the values of variables."""
    table = decision.tables[-1]
    if table.hit == "COLLECT":
        return [{table.outputs[0].name: UNKNOWN}]
    inner = {name for each in decision.tables[:-1] for name in _gives(each)}
    known = {name: values for name, values in declared.items() if name not in inner}
    rows = [rule.values for rule in table.rules]
    defaults = [output.default for output in table.outputs]
    if all(default is not None for default in defaults):
        rows.append(tuple(default for default in defaults if default is not None))
    found: list[Answer] = []
    for row in rows:
        for answer in _of_row(table, row, known):
            if answer not in found:
                found.append(answer)
    return found


def _gives(table: Table) -> set[str]:
    return {table.element, *(output.name for output in table.outputs)}


def _of_row(
    table: Table, row: tuple[Program, ...], known: Mapping[str, Sequence[object]]
) -> list[Answer]:
    names = sorted({name for program in row for name in program.names if name in known})
    many = 1
    for name in names:
        many *= len(known[name])
    if many > MAX_COMBINATIONS:
        return [{output.name: UNKNOWN for output in table.outputs}]
    found: list[Answer] = []
    for values in product(*(known[name] for name in names)):
        context = dict(zip(names, values, strict=True))
        given = [_value(program, context) for program in row]
        found.append(dict(zip((output.name for output in table.outputs), given, strict=True)))
    return found


def _value(program: Program, context: Mapping[str, object]) -> object:
    if not program.names <= context.keys():
        return UNKNOWN
    try:
        return program.run(context)
    except FeelError:
        return UNKNOWN
