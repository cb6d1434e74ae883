"""Decision files written out for the tests that read them."""

from __future__ import annotations

from html import escape

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Row = tuple[list[str], list[str]]


def table(
    inputs: list[str],
    outputs: list[str],
    rows: list[Row],
    *,
    hit: str = 'hitPolicy="UNIQUE"',
    key: str = "limits",
    requires: tuple[str, ...] = (),
) -> str:
    """One <decision>. An output is `name`, or `name:type`, or `name:type=default`."""
    links = "".join(
        f'<informationRequirement id="{key}_{each}"><requiredDecision href="#{each}"/>'
        "</informationRequirement>"
        for each in requires
    )
    columns = "".join(
        f'<input id="{key}_in{at}" label="列{at}"><inputExpression><text>{escape(each)}</text>'
        "</inputExpression></input>"
        for at, each in enumerate(inputs, 1)
    )
    rules = "".join(
        f'<rule id="{key}_r{at}">{_cells("inputEntry", tests)}'
        f"{_cells('outputEntry', values)}</rule>"
        for at, (tests, values) in enumerate(rows, 1)
    )
    return (
        f'<decision id="{key}" name="限额">{links}<decisionTable {hit}>{columns}'
        f"{''.join(map(_output, outputs))}{rules}</decisionTable></decision>"
    )


def _output(said: str) -> str:
    name, _, rest = said.partition(":")
    kind, _, default = rest.partition("=")
    entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    return f'<output name="{name}" typeRef="{kind}">{entry if default else ""}</output>'


def _cells(tag: str, texts: list[str]) -> str:
    return "".join(f"<{tag}><text>{escape(text)}</text></{tag}>" for text in texts)


def file(*decisions: str, space: str = DMN13) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{space}" id="d" name="d" '
        f'namespace="n">{"".join(decisions)}</definitions>'
    ).encode()
