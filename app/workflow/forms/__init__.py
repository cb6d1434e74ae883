"""Forms (表单): one JSON file each, read once, judged on the server, drawn by macros."""

from app.workflow.forms.field import Field
from app.workflow.forms.form import Cleaned, Form
from app.workflow.forms.read import meta_schema, read
from app.workflow.forms.reading import Fact, FactGroup, File
from app.workflow.forms.survey import Asked
from app.workflow.forms.view import FieldView, GroupView

__all__ = [
    "Asked",
    "Cleaned",
    "Fact",
    "FactGroup",
    "Field",
    "FieldView",
    "File",
    "Form",
    "GroupView",
    "meta_schema",
    "read",
]
