"""The public check: that a paper is genuine; its work, where it hangs in public; nothing else."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.db import session, transaction
from app.smallworks import papers
from app.smallworks.models import Paper, Work
from app.smallworks.papers import checking, said
from app.smallworks.papers.kinds import KINDS
from app.workflow.models import Case
from tests.smallworks.papers.scene import Site, filed, pictures_of
from tests.smallworks.town import OWNER_ID, OWNER_PHONE, Town, credit_code

SECRET = (
    OWNER_ID,
    OWNER_PHONE,
    "13900003333",
    credit_code(),
    "602室",
    "沿江大道",
    "鄢小满",
    "冼南橘",
)
HANG = {"receipt", "site_stop", "stop_notice", "resume_notice", "completion_receipt"}


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


def of_kind(site: Site, kind: str) -> Paper:
    """Such a paper, with everything that papers say of a work."""
    with transaction() as work:
        facts = said.completion_receipt(work, work.get_one(Work, site.work.id), site.at)
        return site.paper(work, work.get_one(Case, site.case.id), kind, facts)


def page_of(app: Flask, code: str) -> BeautifulSoup:
    answer = app.test_client().get(f"/check/{code}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def test_these_kinds_hang_in_public() -> None:
    assert {kind for kind in KINDS if KINDS[kind].hangs} == HANG


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_says_no_more_than_it_must(site: Site, kind: str, app: Flask) -> None:
    paper = of_kind(site, kind)
    checked = checking.check(session(), paper.code)
    page = page_of(app, paper.code)
    text = page.get_text()

    assert (checked.number, checked.void) == (paper.number, False)
    assert (checked.work is not None) == (kind in HANG)
    assert ("江畔花园屋面翻修" in text) == (kind in HANG)
    assert ("宜昌橘颂装饰有限公司" in text) == (kind in HANG)
    assert paper.number in text
    assert "西陵街道" in text  # who issued it
    assert not [secret for secret in SECRET if secret in str(checked) + text]
    button = page.select_one("a[href*='/report']")
    assert button is not None
    assert button["href"] == f"/report?code={paper.code}"


def test_a_voided_one_says_so_and_no_reason(site: Site, app: Flask) -> None:
    paper = of_kind(site, "stop_notice")
    with transaction() as work:
        row = work.get_one(Paper, paper.id)
        row.void_at, row.void_reason = site.at, "把业主名字写错了"
    text = page_of(app, paper.code).get_text()
    assert "这份文书已作废" in text
    assert "把业主名字写错了" not in text


def test_photos_too_large_for_a_page_are_made_small(site: Site) -> None:
    """Twelve megapixels on paper are still a file that a phone opens."""
    with transaction() as work:
        patrol = site.patrol(work)
        for colour in ("red", "blue", "pink", "gold", "grey", "lime", "black"):
            site.picture(work, patrol.case_id, "site", colour, (4000, 3000))
        facts = said.patrol_record(work, patrol, site.at)
        paper = site.paper(work, patrol.case, "patrol_record", facts)
    pdf = papers.render(paper.id)
    assert pictures_of(pdf) == 8  # six of the site, one a hazard
    assert len(pdf) < 500_000
