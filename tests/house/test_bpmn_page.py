"""The pages on BPMN name every element that the gate knows, and tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from app.engine.gate_words import NODES, REFUSED
from app.engine.policy import ATTRIBUTES
from app.engine.policy_words import RECIPIENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bpmn.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "guide" / "bpmn.md").read_text("utf-8")
DRAWN = ("scriptTask", "task", "complexGateway", "adHocSubProcess", "transaction",
         "standardLoopCharacteristics", "multiInstanceLoopCharacteristics",
         "conditionalEventDefinition", "compensateEventDefinition", "cancelEventDefinition",
         "linkEventDefinition")  # fmt: skip
"""What people draw of the refused; the rest stands inside other elements."""


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 50
    lost = [f"{file}::{name}" for file, name in named if name not in functions(file)]
    assert lost == []


def functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_element_stands_on_both_pages():
    assert [tag for tag in NODES if f"`{tag}`" not in PAGE] == []
    assert [name for name in NODES.values() if name not in GUIDE] == []


def test_every_refused_element_stands_on_both_pages():
    assert set(DRAWN) <= set(REFUSED)
    assert [tag for tag in DRAWN if f"`{tag}`" not in PAGE] == []
    assert [REFUSED[tag][0] for tag in DRAWN if REFUSED[tag][0] not in GUIDE] == []


def test_every_attribute_and_recipient_is_explained_to_administrators():
    assert [name for name in ATTRIBUTES if f"`flow:{name}`" not in GUIDE] == []
    assert [word for word in RECIPIENTS if f"| `{word}` |" not in GUIDE] == []


def test_every_element_that_the_page_calls_supported_is_one_that_runs():
    supported = PAGE[PAGE.index("## Supported") : PAGE.index("## Messages")]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", supported, re.M)
    assert {tag for row in rows for tag in re.findall(r"`(\w+)`", row)} == set(NODES)
