"""Accounts from names: surnames, doubtful readings, homonyms, and that none is given twice."""

from __future__ import annotations

from datetime import datetime

import pytest
from pypinyin import lazy_pinyin
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.identity import naming
from app.identity.actor import Actor

# typed from the surnames of domain.md §4.6 and dictionaries, never from our table
READS = {
    "曾庆云": "zengqingyun", "单雄飞": "shanxiongfei", "解晓东": "xiexiaodong",
    "翟青山": "zhaiqingshan", "仇英": "qiuying", "查良云": "zhaliangyun", "区小雨": "ouxiaoyu",
    "朴正雨": "piaozhengyu",
    "缪云": "miaoyun", "卜青": "buqing", "种田": "chongtian", "薄云": "boyun", "员青": "yunqing",
    "任青": "renqing", "华青": "huaqing", "燕青": "yanqing", "宁青": "ningqing", "纪青": "jiqing",
    "郇青": "xunqing", "阚青": "kanqing", "么青": "yaoqing", "粘青": "nianqing", "佴青": "naiqing",
    "句青": "gouqing", "黑青": "heqing", "折青": "sheqing", "祭青": "zhaiqing", "秘青": "biqing",
    "尉迟青": "yuchiqing", "万俟青": "moqiqing", "令狐冲": "linghuchong", "长孙青": "zhangsunqing",
    "欧阳青": "ouyangqing", "乐正青": "yuezhengqing", "澹台青": "tantaiqing", "吕青": "lvqing",
    "欧阳·青": "ouyangqing", " 王 方 ": "wangfang", "王Ａ芳": "wangafang",
    "阿依古丽": "ayiguli", "买买提·艾力": "maimaitiaili",
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_a_name_is_read_as_its_owner_says_it(name: str) -> None:
    assert naming.propose(name) == naming.Proposal(READS[name], (READS[name],), doubtful=False)


def test_the_library_alone_would_misread_most_of_them() -> None:
    wrong = [name for name, right in READS.items() if "".join(lazy_pinyin(name)) != right]
    assert len(wrong) > 25


DOUBTFUL = {
    "覃小雨": {"qinxiaoyu", "tanxiaoyu"}, "谌青": {"chenqing", "shenqing"},
    "宓青": {"miqing", "fuqing"}, "牟青": {"mouqing", "muqing"}, "隗青": {"weiqing", "kuiqing"},
    "王重阳": {"wangchongyang", "wangzhongyang"}, "李长青": {"lichangqing", "lizhangqing"},
    "王乐": {"wangle", "wangyue"}, "赵行": {"zhaoxing", "zhaohang"},
    "孙朝": {"sunchao", "sunzhao"}, "周晟": {"zhousheng", "zhoucheng"},
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_doubtful_name_comes_with_all_its_readings(name: str) -> None:
    found = naming.propose(name)
    assert found.doubtful
    assert set(found.readings) == DOUBTFUL[name]
    assert found.account == found.readings[0]


@pytest.mark.parametrize("name", ["", "  ", "123", "王é", "·"])
def test_what_nobody_can_read_has_no_account(name: str) -> None:
    assert naming.propose(name) == naming.Proposal("", (), doubtful=True)


def test_homonyms_take_figures_of_the_phone_and_then_a_counter(
    work: Session, chief: Actor, noon: datetime
) -> None:
    given = []
    for n, phone in enumerate(("13800008000", "13900008000", "13700008000", "", "13700008000")):
        account = naming.free(work, "wangfang", phone)
        naming.keep(work, account, f"{n}", at=noon)
        given.append(account)
    assert given == [
        "wangfang", "wangfang8000", "wangfang8000-2", "wangfang-2", "wangfang8000-3",
    ]  # fmt: skip


def test_counting_goes_on_past_many(work: Session, chief: Actor, noon: datetime) -> None:
    for n in range(25):
        naming.keep(work, naming.free(work, "wangfang", ""), f"{n}", at=noon)
    assert naming.free(work, "wangfang", "") == "wangfang-26"
    assert naming.free(work, "wangfang", "", mine="0") == "wangfang"


def test_an_account_is_kept_once(work: Session, chief: Actor, noon: datetime) -> None:
    naming.keep(work, "wangfang", "one", at=noon)
    naming.keep(work, "wangfang", "one", at=noon)
    with pytest.raises(Conflict):
        naming.keep(work, "wangfang", "two", at=noon)
