"""Long papers: everything stands on them, pages follow in order, nothing runs off the sheet."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
import typst
from PIL import Image
from pypdf import PdfReader

from app.db import transaction
from app.smallworks import papers
from app.smallworks.papers import blocks, layout, previews, said
from tests.smallworks.papers.scene import Site, filed, pages_of, text_of
from tests.smallworks.town import Town

MANY = 30


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


def test_an_order_of_many_hazards_goes_over_pages(site: Site) -> None:
    with transaction() as work:
        patrol = site.patrol(work)
        for place in range(3, MANY + 1):
            site.hazard(work, patrol, place, "general")
        work.refresh(patrol)
        row = site.rectification(work, patrol)
        facts = said.rectification_notice(work, row, site.at)
        paper = site.paper(work, row.case, "rectification_notice", facts)
    pdf = papers.render(paper.id)
    text, pages = text_of(pdf), pages_of(pdf)

    assert pages >= 6
    assert not [n for n in range(3, MANY + 1) if f"第{n}处洞口未盖" not in text]
    assert text.count("整改要求和期限") == text.count("隐患及依据") > 3  # the head on each page
    for page in range(1, pages + 1):
        assert f"第{page}页共{pages}页" in text
    sheets = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert all("责令整改通知书" in sheet.replace(" ", "") for sheet in sheets)
    last = "".join(sheets[-1].split())
    assert "（盖章）" in last
    assert "受送达人签收" in last


LONG = {
    "name": "W" * 120,
    "contractor": "宜昌长江之滨屋面防水保温隔热工程施工总承包有限责任公司" * 3,
    "place": "宜昌市西陵区" + "很长的路" * 30,
}
QR = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.mark.parametrize("kind", papers.KINDS)
def test_the_longest_words_stay_on_the_sheet(kind: str) -> None:
    facts: dict[str, Any] = {**previews.sample(kind), **LONG, "addressed": LONG["contractor"]}
    texts = {block.name: block.text for block in blocks.of_kind(kind)}
    facts |= {"said": blocks.filled(kind, texts, facts), "title": papers.KINDS[kind].title}
    sheets = drawn(papers.KINDS[kind].layout, facts)
    assert sheets
    assert [place for place, sheet in enumerate(sheets) if stained(sheet)] == []


def drawn(name: str, facts: dict[str, Any]) -> list[Image.Image]:
    """The same layout as pictures of its pages."""
    compiler = typst.Compiler(
        str(layout.LAYOUTS / f"{name}.typ"), root=str(layout.LAYOUTS),
        font_paths=[str(layout.FONTS)], ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**facts, "link": "/check"}), "qr": QR},
    )  # fmt: skip
    made = compiler.compile(format="png", ppi=36)
    pages = made if isinstance(made, list) else [made]
    return [Image.open(io.BytesIO(page or b"")).convert("L") for page in pages]


def stained(sheet: Image.Image) -> bool:
    """Whether anything stands in the outer two centimetres left or right."""
    band = int(sheet.width * 2 / 21)
    sides = ((0, 0, band, sheet.height), (sheet.width - band, 0, sheet.width, sheet.height))
    return any(sheet.crop(side).getextrema()[0] < 200 for side in sides)


def test_a_photo_whose_bytes_are_lost_leaves_its_frame(noon: datetime) -> None:
    facts = {**previews.sample("patrol_record"), "photos": ["lost"], "title": "", "said": {}}
    page = layout.Page("patrol_record", facts, "/check", noon)
    assert "照片缺失" in text_of(layout.compile_pdf(page))
