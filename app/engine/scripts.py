"""Where SpiffWorkflow would run Python, it meets a refusal."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine import (
    BasePythonScriptEngineEnvironment,
    PythonScriptEngine,
    TaskDataEnvironment,
)

from app.errors import BrokenProcess


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise BrokenProcess("流程中含有脚本，系统不运行脚本；判断请用决策任务，系统动作请用服务任务")


class NoScripts(BasePythonScriptEngineEnvironment):
    """Every text of a drawing is compiled by `parse`; nothing is left to evaluate."""

    evaluate = execute = call_service = _refuse


class NoEngine(PythonScriptEngine):
    """The engine around it, which some call sites reach without the environment."""

    validate = evaluate = execute = call_service = _refuse


ENGINE = NoEngine(NoScripts())

# Belt and braces: a workflow that somebody makes without our engine gets the stock environment.
TaskDataEnvironment.evaluate = TaskDataEnvironment.execute = _refuse

# Records are built for every state change of every task, and nobody reads them.
for _name in ("spiff", "spiff.workflow", "spiff.task", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)
