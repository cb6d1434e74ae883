"""A filing as a citizen types it, screen by screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app import clock
from tests.browser.hands import Hands
from tests.smallworks.town import COMMUNITY, OWNER_ID, OWNER_PHONE, credit_code
from tests.workflow import hostile_files as made

NEXT = "保存，下一步"
START = clock.local(clock.now() + timedelta(days=5)).date()


@dataclass(frozen=True, slots=True)
class Papers:
    """Files on the citizen's device."""

    photo: Path
    sheet: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Papers:
        """A photograph and a PDF."""
        found = cls(folder / "施工前.jpg", folder / "材料.pdf")
        found.photo.write_bytes(made.picture())
        found.sheet.write_bytes(made.pdf())
        return found


Typed = dict[str, str]


@dataclass(frozen=True, slots=True)
class Filing:
    """What is typed on each screen, by the screen's title, and which papers go with it."""

    screens: tuple[tuple[str, Typed], ...]
    papers: tuple[str, ...]


OWNER: Typed = {
    "owner_type": "person", "owner_name": "鄢小满", "id_no": OWNER_ID, "phone": OWNER_PHONE,
    "relation": "owner",
}  # fmt: skip
SAFETY: Typed = {
    "indoor": "false", "measures": "设围挡，断电作业", "emergency_contact": "冼南橘",
    "emergency_phone": "13900003333",
}  # fmt: skip
CREW: Typed = {"workers.0.name": "冼南橘", "workers.0.trade": "电工"}
DECLARED: Typed = {
    "no_structural_change": "true", "not_split": "true", "truthful": "true",
    "accepts_patrol": "true", "stops_on_order": "true", "signer": "鄢小满",
}  # fmt: skip
TERM: Typed = {"planned_start": str(START), "planned_end": str(START + timedelta(days=2))}

LAMPS = Filing(
    (
        ("做什么、在哪里", {
            "kind": "small_work", "project_type": "municipal", "name": "背街路灯维修",
            "address": "学院街 8 号", "workplace_kind": "road", "content": "更换三盏路灯",
        }),
        ("规模和工期", {"investment_wan": "０．８", **TERM}),
        ("业主", OWNER),
        ("施工方", {
            "contractor_type": "craftsman", "contractor_name": "冼南橘",
            "contractor_phone": "13900003333", "contractor_id_no": OWNER_ID,
            "site_manager": "冼南橘",
        }),
        ("作业人员", CREW),
        ("现场和风险", {"risk_flags": "none", **SAFETY}),
        ("证明材料", {}),
        ("声明和签名", DECLARED),
    ),
    ("owner_papers", "commitment", "craftsman_papers"),
)  # fmt: skip
"""Small and harmless: it ends with the township."""

WALL = Filing(
    (
        ("做什么、在哪里", {
            "kind": "small_work", "project_type": "home_decoration",
            "name": "江畔花园 3 栋 602 室装修", "address": "沿江大道 88 号",
            "workplace_kind": "home", "content": "拆一道非承重墙，重铺水电",
        }),
        ("规模和工期", {
            "investment_wan": "12.5", "area_sqm": "96", "special_site": "city_site", **TERM,
        }),
        ("业主", OWNER),
        ("施工方", {
            "contractor_type": "enterprise", "contractor_name": "宜昌橘颂装饰有限公司",
            "contractor_credit_code": credit_code(), "contractor_legal_rep": "冼南橘",
            "contractor_legal_rep_id": "11010519491231002X",
            "contractor_phone": "13900003333", "site_manager": "冼南橘",
        }),
        ("作业人员", CREW),
        ("现场和风险", {"risk_flags": "demolition", **SAFETY}),
        ("证明材料", {}),
        ("声明和签名", DECLARED),
    ),
    (
        "owner_papers", "property_proof", "contract", "contractor_papers", "worker_certificates",
        "commitment", "plan", "neighbour_notice",
    ),
)  # fmt: skip
"""A wall comes down on a site that the city keeps: it goes all the way up."""


def choose_place(hands: Hands) -> Hands:
    """Down to 铁路坝社区 of 西陵街道, which opens a draft."""
    hands.open("/apply").press("小散工程").press("西陵区").press("西陵街道")
    hands.fill({"division_code": COMMUNITY}).press("开始填写")
    return hands.wait_for("做什么、在哪里")


def fill_in(hands: Hands, filing: Filing, papers: Papers) -> Hands:
    """Every screen of the draft that lies open, up to the last check."""
    titles = (*(title for title, _ in filing.screens[1:]), "核对并提交")
    for (title, typed), following in zip(filing.screens, titles, strict=True):
        hands.fill(typed)
        if title == "现场和风险":
            hands.choose_files("site_photos", [papers.photo, papers.photo])
        if title == "证明材料":
            for field in filing.papers:
                hands.choose_files(field, [papers.sheet])
        hands.press(NEXT).wait_for(following)
    return hands
