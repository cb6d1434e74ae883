"""What may enter the engine: a few named scalars, of exact types and sane length."""

from __future__ import annotations

import re
from decimal import Decimal

from app.engine.types import Data, Scalar
from app.errors import Invalid

MAX_NAMES = 200
MAX_TEXT = 2000
MAX_WHOLE = 10**18
MAX_DIGITS = 34
RESERVED = frozenset({"typename", "data_objects"})
"""Words that SpiffWorkflow gives a meaning of its own when it meets them as keys."""

_NAME = re.compile(r"[^\W\d_]\w{0,63}")


def admit(data: Data) -> dict[str, Scalar]:
    """A copy of `data`; Invalid with a message per name where a name or a value is not for us."""
    if len(data) > MAX_NAMES:
        raise Invalid(f"流转数据超过 {MAX_NAMES} 项，请减少表单中参与流转的字段")
    faults = {str(name): fault for name, value in data.items() if (fault := _fault(name, value))}
    if faults:
        raise Invalid("流转数据不符合要求，请检查表单中参与流转的字段", faults)
    return dict(data)


def _fault(name: object, value: object) -> str:
    if type(name) is not str or not _NAME.fullmatch(name) or name in RESERVED:
        return "变量名不能用，请用字母开头的字母、数字和下划线"
    if value is None or type(value) is bool:
        return ""
    if type(value) is str:
        return "" if len(value) <= MAX_TEXT and "\x00" not in value else "文字过长或含有不可见字符"
    if type(value) is int:
        return "" if abs(value) < MAX_WHOLE else "数字过大"
    if type(value) is Decimal:
        return "" if _fits(value) else "数字过大或不是有限的数"
    return "只能是文字、整数、小数、是否或空"


def _fits(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    return abs(value.adjusted()) < MAX_DIGITS and len(value.as_tuple().digits) <= MAX_DIGITS
