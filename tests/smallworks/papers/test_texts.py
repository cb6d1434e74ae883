"""The fixed texts of papers: versions, whose count, what they may name, how they are looked at."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import AuditEntry
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers import blocks, previews, texts, unnumbered
from app.smallworks.papers.kinds import KINDS, SHEETS
from app.smallworks.papers.texts import Setting
from app.workflow.text_models import TextBlock
from tests.identity import people
from tests.identity.people import unit
from tests.smallworks.papers.scene import filed, text_of
from tests.smallworks.town import Town, owner, staff

KIND, BLOCK = "receipt", "opening"


def setting(place: str, text: str, kind: str = KIND, block: str = BLOCK) -> Setting:
    level = "city" if place == "宜昌市" else "district"
    return Setting(unit(place, level).id, kind, block, text)


def keeper(town: Town) -> Actor:
    return staff("jinhezhu", town.at)


def chief(town: Town) -> Actor:
    """The city's own administrator."""
    return staff("ningyuanshan", town.at)


def receipt(town: Town, name: str) -> Paper:
    case = town.approve(town.file(name=name, address=f"{name} 1 号"))
    return next(paper for paper in town.papers(case) if paper.kind == KIND)


def test_a_text_counts_for_papers_issued_from_then_on(town: Town) -> None:
    before = receipt(town, "一号楼")
    text = "{owner}：你的“{name}”准予备案。\n**请妥善保存。**"
    texts.set_text(keeper(town), setting("西陵区", text), at=town.at)
    after = receipt(town, "二号楼")

    assert "经审核准予备案" in text_of(papers.render(before.id))
    said = text_of(papers.render(after.id))
    assert "鄢小满：你的“二号楼”准予备案。请妥善保存。" in said
    assert "经审核准予备案" not in said
    assert ["请妥善保存。", True] in after.facts["said"][BLOCK][1]


def test_the_districts_text_goes_before_the_citys(town: Town) -> None:
    texts.set_text(chief(town), setting("宜昌市", "全市的话。"), at=town.at)
    assert "全市的话。" in text_of(papers.render(receipt(town, "一号楼").id))
    texts.set_text(keeper(town), setting("西陵区", "本区的话。"), at=town.at)
    assert "本区的话。" in text_of(papers.render(receipt(town, "二号楼").id))
    texts.set_text(keeper(town), setting("西陵区", ""), at=town.at)  # emptied: as above again
    assert "全市的话。" in text_of(papers.render(receipt(town, "三号楼").id))


def test_every_version_stays_and_an_older_one_comes_back_as_a_new_one(town: Town) -> None:
    who = keeper(town)
    first = texts.set_text(who, setting("西陵区", "第一版。"), at=town.at)
    texts.set_text(who, setting("西陵区", "第二版。"), at=town.at + timedelta(minutes=1))
    texts.restore(who, first.id, at=town.at + timedelta(minutes=2))

    line = texts.standing(session(), KIND, unit("西陵区", "district"))[0]
    assert [(row.version, row.text, row.set_by.name) for row in line.versions] == [
        (3, "第一版。", "靳禾竹"), (2, "第二版。", "靳禾竹"), (1, "第一版。", "靳禾竹"),
    ]  # fmt: skip
    assert (line.text, line.source) == ("第一版。", "own")
    deeds = session().scalars(select(AuditEntry.detail).where(AuditEntry.verb == "paper_text_set"))
    assert [deed.rsplit(" ", 1)[1] for deed in deeds] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("你的{phone}", "没有 {phone} 这样的填空，可用的有：{number}"),
        ("你的{owner", "花括号要成对"),
        ("你的owner}", "花括号要成对"),
        ("{{owner}}", "花括号要成对"),
        ("**没有收尾", "要成对"),
        ("字" * 2001, "不超过 2000 个字，现在有 2001 个字"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(town: Town, text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        texts.set_text(keeper(town), setting("西陵区", text), at=town.at)
    assert words in refused.value.fields[BLOCK]
    with pytest.raises(Invalid):
        previews.preview(session(), keeper(town), setting("西陵区", text), at=town.at)


def test_a_text_is_never_markup(town: Town) -> None:
    odd = '#panic("x") $ <标签> @引用 \\ [括号 {name}'
    texts.set_text(keeper(town), setting("西陵区", odd), at=town.at)
    said = text_of(papers.render(receipt(town, "**加粗**{number}").id))
    assert '#panic("x")$<标签>@引用\\[括号**加粗**{number}' in said


def test_who_may_set_texts(town: Town) -> None:
    for account in ("muyulan", "quyuanhang", "chaiyiling"):
        with pytest.raises(Forbidden):
            texts.set_text(staff(account, town.at), setting("西陵区", "话。"), at=town.at)
    with pytest.raises(Forbidden):
        texts.set_text(keeper(town), setting("宜昌市", "话。"), at=town.at)
    with pytest.raises(Forbidden):
        texts.set_text(owner(town.at), setting("西陵区", "话。"), at=town.at)
    with pytest.raises(NotFound):
        texts.set_text(keeper(town), setting("西陵区", "话。", block="nothing"), at=town.at)


def test_a_preview_is_a_real_paper_with_the_new_text_and_its_mark(town: Town) -> None:
    district = unit("西陵区", "district")
    who = _who_also_reads(town)
    real = receipt(town, "一号楼")
    assert [paper.id for paper in previews.offered(session(), who, KIND, district)] == [real.id]
    shown = previews.preview(
        session(), who, setting("西陵区", "{name}的新话。"), real.id, at=town.at
    )
    said = text_of(shown.content)
    assert "一号楼的新话。" in said
    assert "预览" in said
    assert session().scalars(select(TextBlock)).all() == []


def test_nobody_previews_on_papers_that_they_may_not_read(town: Town) -> None:
    real = receipt(town, "一号楼")  # 系统后台管理员 keeps settings and reads no cases
    assert previews.offered(session(), keeper(town), KIND, unit("西陵区", "district")) == []
    with pytest.raises(NotFound):
        previews.preview(session(), keeper(town), setting("西陵区", "话。"), real.id, at=town.at)


@pytest.mark.parametrize("kind", [*KINDS, "application", "commitment", "service_receipt"])
def test_every_kind_can_be_looked_at_on_invented_facts(town: Town, kind: str) -> None:
    block = blocks.of_kind(kind)[0]
    wanted = setting("西陵区", f"{block.text}\n新添的一行。", kind, block.name)
    said = text_of(previews.preview(session(), keeper(town), wanted, at=town.at).content)
    assert "新添的一行。" in said
    for other in blocks.holes_of(kind):
        assert "{" + other + "}" not in said


@pytest.mark.parametrize("kind", blocks.with_blocks())
def test_every_hole_of_a_shipped_text_is_offered_and_has_a_sample(kind: str) -> None:
    offered, sample = blocks.holes_of(kind), previews.sample(kind)
    named = {name for block in blocks.of_kind(kind) for name in blocks.HOLE.findall(block.text)}
    assert named <= set(offered)
    assert [name for name in offered if not isinstance(sample.get(name), str)] == []


def test_every_kind_has_texts() -> None:
    assert set(KINDS) | set(SHEETS) - {"sign_off"} == set(blocks.with_blocks())
    assert len({kind.mark for kind in KINDS.values()}) == len(KINDS)
    assert all(len(kind.mark) == 1 for kind in KINDS.values())


def test_a_sheet_takes_the_text_in_force(town: Town) -> None:
    site = filed(town)
    wanted = setting("西陵区", "只有一条承诺。", "commitment", "owner")
    texts.set_text(keeper(town), wanted, at=town.at)
    said = text_of(unnumbered.commitment(session(), owner(town.at), site.case.id).content)
    assert "只有一条承诺。" in said


def test_a_paper_from_before_texts_were_kept_is_made_as_shipped(town: Town) -> None:
    paper = receipt(town, "一号楼")
    facts = {name: value for name, value in paper.facts.items() if name != "said"}
    row = session().get_one(Paper, paper.id)
    row.facts = json.loads(json.dumps(facts))
    session().flush()
    assert "经审核准予备案" in text_of(papers.render(paper.id))


def _who_also_reads(town: Town) -> Actor:
    """The district's administrator of annex 4, who sets texts and reads cases."""
    post = Post(unit("西陵区", "district").id, "district_gov_admin", "")
    people.add(chief(town), "区政", "quzheng", post, town.at)
    return staff("quzheng", town.at)
