"""How a fault met on the way is said: which step, in plain words."""

from __future__ import annotations

from typing import Any

from app.engine.feel import FeelError
from app.errors import BrokenProcess, Finding


def broken(spec: Any, error: Exception) -> BrokenProcess:
    """The refusal for an error that SpiffWorkflow, a decision or an expression raised at `spec`."""
    element = getattr(spec, "bpmn_id", None) or ""
    name = getattr(spec, "bpmn_name", None) or element or "流程内部"
    detail = str(error) if isinstance(error, FeelError) else "流程引擎无法继续，请联系流程管理员"
    message = f"流程走到“{name}”时出错：{detail}"
    return BrokenProcess(message, [Finding("run", element, message)])


def fault(code: str, spec: Any, detail: str) -> BrokenProcess:
    """The refusal for a fault of the drawing at `spec`; `detail` says what to do."""
    name = spec.bpmn_name or spec.bpmn_id
    message = f"流程走到“{name}”时停住了：{detail}"
    return BrokenProcess(message, [Finding(code, spec.bpmn_id, message)])
