"""The shipped filing on SpiffWorkflow as it comes, with its own serializer: the other side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SCRIPTS = {
    "check_limits": "in_limit = True",
    "grade_risk": "risk_level, depth = 'high', 'city'",
    "regrade_risk": "risk_level, depth = 'high', 'city'",
}
"""What the tables come to for the filing of this benchmark; cheaper than asking them."""


class Python(BasePythonScriptEngineEnvironment):
    """As stock does it; the door has taken its own away in this process."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        return eval(expression, {**self.globals, **context})  # noqa: S307 - our own drawing

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        exec(script, self.globals, context)  # noqa: S102 - our own scripts
        return True


class StockCase:
    """One case: read from text, moved, written to text, at every step."""

    def __init__(self, drawing: bytes, data: dict[str, Any]) -> None:
        root = etree.fromstring(drawing)
        _reworded(root)
        parser = BpmnParser()
        parser.add_bpmn_xml(root)
        self.specs = parser.get_spec("filing"), parser.get_subprocess_specs("filing")
        self.data = {k: float(v) if isinstance(v, Decimal) else v for k, v in data.items()}
        self.serializer = BpmnWorkflowSerializer()
        self.engine = PythonScriptEngine(Python({"workdays": _workdays}))

    def start(self) -> str:
        """Open a case."""
        case = BpmnWorkflow(*self.specs, script_engine=self.engine)
        case.task_tree.data.update(self.data)
        case.do_engine_steps()
        return str(self.serializer.serialize_json(case))

    def complete(self, stored: str, element: str, outcome: str) -> str:
        """One human step."""
        case = self.serializer.deserialize_json(stored)
        case.script_engine = self.engine
        (task,) = [t for t in case.get_tasks(state=TaskState.READY) if t.task_spec.manual]
        if task.task_spec.bpmn_id != element:
            raise SystemExit(f"stock: {task.task_spec.bpmn_id} is open, not {element}")
        task.data["outcome"] = outcome
        task.run()
        case.do_engine_steps()
        return str(self.serializer.serialize_json(case))

    def ended(self, stored: str) -> bool:
        """Whether the case is through."""
        return bool(self.serializer.deserialize_json(stored).completed)


def _workdays(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def _reworded(root: Any) -> None:
    """Conditions in Python, and what runs by itself as scripts."""
    for condition in root.iter(f"{BPMN}conditionExpression"):
        text = condition.text.replace(" = ", " == ")
        condition.text = text.replace("true", "True").replace("false", "False")
    for tag in ("businessRuleTask", "serviceTask"):
        for task in list(root.iter(f"{BPMN}{tag}")):
            task.tag = f"{BPMN}scriptTask"
            script = etree.SubElement(task, f"{BPMN}script")
            script.text = SCRIPTS.get(task.get("id"), "pass")
