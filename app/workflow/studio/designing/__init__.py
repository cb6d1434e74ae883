"""Designing forms (表单设计): fields put, moved, limited and dropped in a plain file."""

from app.workflow.studio.designing.kinds import KINDS
from app.workflow.studio.designing.settings import Settings, settings_of
from app.workflow.studio.designing.sketch import Sketch
from app.workflow.studio.designing.tests import Rows, TestRow

__all__ = ["KINDS", "Rows", "Settings", "Sketch", "TestRow", "settings_of"]
