"""What a case shows of the domain beside its form."""

from __future__ import annotations

from app.db import session
from app.smallworks.kind import extras
from tests.smallworks.town import Town


def test_reviewers_see_warnings_and_everybody_the_papers(town: Town) -> None:
    town.file()
    case = town.approve(town.file(name="二期"))
    receipt, notice = town.papers(case)

    shown = extras(session(), case, True)
    assert [extra.kind for extra in shown] == ["warning"] * 3 + ["paper"] * 5
    assert [(extra.title, extra.text, extra.href) for extra in shown[5:7]] == [
        ("备案回执", "宜西小散备〔2026〕0001号", f"/papers/{receipt.id}"),
        ("风险告知书", "宜西小散险〔2026〕0001号", f"/papers/{notice.id}"),
    ]
    theirs = [extra.href for extra in extras(session(), case, False) if "/papers/" in extra.href]
    assert theirs == [f"/papers/{receipt.id}.pdf", f"/papers/{notice.id}.pdf"]
    assert not [extra for extra in extras(session(), case, False) if extra.kind == "warning"]


def test_the_sheets_to_sign_are_there_before_anything_is_decided(town: Town) -> None:
    case = town.file()
    assert [(extra.title, extra.href) for extra in extras(session(), case, False)] == [
        ("备案申请表", f"/cases/{case.id}/application.pdf"),
        ("安全承诺书", f"/cases/{case.id}/commitment.pdf"),
        ("审批流程记录表", f"/cases/{case.id}/sign-off.pdf"),
    ]
