"""Whom a ban binds (清除出市场的对象): who stands in the record, and whom an official confirmed."""

from __future__ import annotations

from app import vault
from app.errors import Invalid
from app.smallworks.records.models import BadRecord
from app.workflow.kinds import Values

CONTRACTOR, LEGAL_REP = "contractor", "legal_rep"
ENTERPRISE = "enterprise"


def identity(record: BadRecord) -> str:
    """Who the record says did it, for whoever decides; of identity numbers their ends alone."""
    code = vault.unseal(record.contractor.code)
    if record.contractor.kind != ENTERPRISE:
        return f"工匠 {record.name}，身份证号 {vault.mask(code)}"
    number = vault.mask(vault.unseal(record.legal_rep_id)) or "没有申报"
    behind = f"法定代表人 {record.legal_rep or '没有申报'}，身份证号 {number}"
    return f"企业 {record.name}，统一社会信用代码 {code}；{behind}"


def confirmed(record: BadRecord, answers: Values) -> str:
    """The blind index of the legal representative whom a ban is to bind; empty for none.

    What a filing says was typed by its filer, who may have typed somebody else's number: nobody is
    shut out unless an official confirms who they are. Raises Invalid.
    """
    bound, found = answers.get("bound") or (), str(answers.get("legal_rep_id") or "")
    if CONTRACTOR not in bound:
        raise _fault("bound", "施工方身份没有核实，不能清除出市场；核实后勾选，或者只列入不良档案")
    if LEGAL_REP not in bound:
        if found:
            raise _fault("bound", "填了法定代表人身份证号的，请同时勾选法定代表人")
        return ""
    if record.contractor.kind != ENTERPRISE:
        raise _fault("bound", "工匠没有法定代表人，请去掉这一项")
    number = found or vault.unseal(record.legal_rep_id)
    if not number:
        raise _fault("legal_rep_id", "没有申报法定代表人身份证号，请填写查明的号码")
    return vault.blind(number)


def _fault(field: str, words: str) -> Invalid:
    return Invalid(words, {field: words})
