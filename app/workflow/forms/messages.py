"""What a person is told of a field: short, and what to do."""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import ValidationError

from app.workflow.forms.field import Field

FORMATS = {
    "date": "{title}不是真实的日期，请按 2026-03-05 的样子填写",
    "phone": "{title}应为 11 位手机号，固定电话请带区号",
    "id-number": "{title}应为 18 位居民身份证号，请核对",
    "credit-code": "{title}应为 18 位统一社会信用代码，请核对",
}


def own(field: Field, kind: str) -> str:
    """The form's own words for this fault, if it has any."""
    return str(field.ui.get("ui:messages", {}).get(kind, ""))


def required(field: Field) -> str:
    """Nothing was given where something must be."""
    said = own(field, "required")
    if said:
        return said
    if field.kind == "files":
        return f"上传{field.title}"
    if field.kind == "boolean" and field.widget == "checkbox":
        return f"请勾选：{field.title}"
    if field.kind == "boolean":
        return f"选择「是」或「否」：{field.title}"
    if field.kind in ("choice", "choices"):
        return choose(field)
    if field.kind == "rows":
        return f"至少填写一行{field.title}"
    return f"填写{field.title}"


def choose(field: Field) -> str:
    return own(field, "required") or f"选择{field.title}"


def only_digits(field: Field) -> str:
    whole = field.kind == "integer"
    return (
        own(field, "number")
        or f"{field.title}只填{'整数' if whole else '数字'}，例如 {'3' if whole else '3.5'}"
    )


def too_many_decimals(field: Field) -> str:
    if field.decimals == 0:
        return f"{field.title}只填整数，例如 3"
    return f"{field.title}最多保留 {field.decimals} 位小数"


def broken(field: Field, error: ValidationError) -> str:
    """One error of the validator, in Chinese."""
    kind = str(error.validator)
    said = own(field, kind)
    if said:
        return said
    speak = _WORDS.get(kind)
    return (
        speak(field, error.validator_value, error.instance)
        if speak
        else f"{field.title}填写有误，请检查"
    )


def _least(field: Field, bound: Any, _value: Any) -> str:
    return f"{field.title}不能小于 {bound}{_unit(field)}"


def _above(field: Field, bound: Any, _value: Any) -> str:
    return f"{field.title}应大于 {bound}{_unit(field)}"


def _most(field: Field, bound: Any, _value: Any) -> str:
    return f"{field.title}不能大于 {bound}{_unit(field)}"


def _short(field: Field, bound: Any, _value: Any) -> str:
    return f"{field.title}至少写 {bound} 个字"


def _long(field: Field, bound: Any, value: Any) -> str:
    return f"{field.title}最多 {bound} 个字，现在 {len(value)} 个"


def _few(field: Field, bound: Any, value: Any) -> str:
    if field.kind == "files":
        return f"{field.title}至少 {bound} 份，现在 {len(value)} 份"
    return f"{field.title}至少 {bound} 项"


def _many(field: Field, bound: Any, _value: Any) -> str:
    return f"{field.title}最多 {bound} {'份' if field.kind == 'files' else '项'}"


def _format(field: Field, bound: Any, _value: Any) -> str:
    return FORMATS.get(str(bound), "{title}填写有误，请检查").format(title=field.title)


def _choice(field: Field, _bound: Any, _value: Any) -> str:
    return choose(field)


def _const(field: Field, _bound: Any, _value: Any) -> str:
    return required(field)


_WORDS = {
    "minimum": _least,
    "exclusiveMinimum": _above,
    "maximum": _most,
    "minLength": _short,
    "maxLength": _long,
    "minItems": _few,
    "maxItems": _many,
    "format": _format,
    "enum": _choice,
    "oneOf": _choice,
    "const": _const,
}


def _unit(field: Field) -> str:
    return f" {field.unit}" if field.unit else ""
