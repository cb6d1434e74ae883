"""The filing process, path by path: what is filed and decided, and what comes of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.engine.check import check
from app.engine.types import Limit, Party, Scalar
from app.smallworks.kind import FILING
from app.workflow import declared, definitions, forms
from tests.processes.walks import Move, Walk, open_elements, shipped

PASSED = ("community_check", "approve")
TOWNSHIP = ("township_review", "approve")
DISTRICT = ("district_countersign", "approve")
CITY = ("city_review", "approve")
SENT_BACK = ("correction", "submit")
FLAGS: dict[str, Scalar] = {"risk_confined": True}
OVER: dict[str, Scalar] = {"investment_wan": Decimal(31), "area_sqm": Decimal(301)}
RAISED: dict[str, Scalar] = {"risk_floor": "high"}
PERMIT = ("permit_follow_up", "permitted")

PATHS: list[tuple[str, dict[str, Scalar], list[Move], str, list[str]]] = [
    # what happens, what is filed, the decisions, the result, the actions asked for
    ("low risk ends at the township", {}, [PASSED, TOWNSHIP], "approved", ["register_filing"]),
    ("medium risk too", {"indoor": False}, [PASSED, TOWNSHIP], "approved", ["register_filing"]),
    ("high risk is countersigned", FLAGS, [PASSED, TOWNSHIP, DISTRICT], "approved",
     ["register_filing"]),
    ("a city case goes all the way up", {"city_case": True}, [PASSED, TOWNSHIP, DISTRICT, CITY],
     "approved", ["register_filing"]),
    ("a high city case too", {**FLAGS, "city_case": True}, [PASSED, TOWNSHIP, DISTRICT, CITY],
     "approved", ["register_filing"]),
    ("the township raises the risk", {}, [PASSED, ("township_review", "approve", RAISED), DISTRICT],
     "approved", ["register_filing"]),
    ("the township asks the district", {}, [PASSED, ("township_review", "escalate"), DISTRICT],
     "approved", ["register_filing"]),
    ("the district asks the city", FLAGS,
     [PASSED, TOWNSHIP, ("district_countersign", "escalate"), CITY], "approved",
     ["register_filing"]),
    ("a check on site comes back to the township", {},
     [PASSED, ("township_review", "inspect"), ("site_check", "submit"), TOWNSHIP], "approved",
     ["register_filing"]),
    ("two checks on site", {},
     [PASSED, ("township_review", "inspect"), ("site_check", "submit"),
      ("township_review", "inspect"), ("site_check", "submit"), ("township_review", "reject")],
     "rejected", []),
    ("the community refuses", {}, [("community_check", "reject")], "rejected", []),
    ("the township refuses", {}, [PASSED, ("township_review", "reject")], "rejected", []),
    ("the district refuses", FLAGS, [PASSED, TOWNSHIP, ("district_countersign", "reject")],
     "rejected", []),
    ("the city refuses", {"city_case": True},
     [PASSED, TOWNSHIP, DISTRICT, ("city_review", "reject")], "rejected", []),
    ("the community returns it", {},
     [("community_check", "return"), SENT_BACK, PASSED, TOWNSHIP], "approved",
     ["register_filing"]),
    ("the township returns it, and the community looks again", {},
     [PASSED, ("township_review", "return"), SENT_BACK, PASSED, TOWNSHIP], "approved",
     ["register_filing"]),
    ("the district returns it", FLAGS,
     [PASSED, TOWNSHIP, ("district_countersign", "return"), SENT_BACK, PASSED, TOWNSHIP, DISTRICT],
     "approved", ["register_filing"]),
    ("the city returns it", {"city_case": True},
     [PASSED, TOWNSHIP, DISTRICT, ("city_review", "return"), SENT_BACK,
      ("community_check", "reject")], "rejected", []),
    ("corrected to a lower risk, it ends at the township", FLAGS,
     [PASSED, ("township_review", "return"), ("correction", "submit", {"risk_confined": False}),
      PASSED, TOWNSHIP], "approved", ["register_filing"]),
    ("corrected to over the limit, it is referred", {},
     [("community_check", "return"), ("correction", "submit", OVER), PERMIT], "referred",
     ["refer_permit"]),
    ("over the limit, permitted", OVER, [PERMIT], "referred", ["refer_permit"]),
    ("over the limit, given up", OVER, [("permit_follow_up", "abandoned")], "referred",
     ["refer_permit"]),
    ("the community refers it", {}, [("community_check", "refer"), PERMIT], "referred",
     ["refer_permit"]),
    ("the township refers it", {}, [PASSED, ("township_review", "refer"), PERMIT], "referred",
     ["refer_permit"]),
    ("the district refers it", FLAGS, [PASSED, TOWNSHIP, ("district_countersign", "refer"), PERMIT],
     "referred", ["refer_permit"]),
    ("the city refers it", {"city_case": True},
     [PASSED, TOWNSHIP, DISTRICT, ("city_review", "refer"), PERMIT], "referred", ["refer_permit"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("filed", "moves", "result", "actions"),
    [row[1:] for row in PATHS],
    ids=[row[0] for row in PATHS],
)
def test_paths(
    filed: dict[str, Scalar], moves: list[Move], result: str, actions: list[str]
) -> None:
    walk = Walk(**filed).through(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_every_arrow_between_steps_is_walked() -> None:
    walked: set[str] = {"lapsed", "correction_overdue"}  # by the test of the lapse
    for _what, filed, moves, _result, _actions in PATHS:
        walked |= set(Walk(**filed).through(*moves).passed)
    assert walked >= set(shipped("filing").names)


def test_an_uncorrected_filing_lapses_after_five_working_days() -> None:
    walk = Walk().move("community_check", "return")
    assert walk.step.wake_at is not None
    assert open_elements(walk.wait(4).step) == ["correction"]
    walk.wait(1)
    assert (walk.step.ended, walk.step.result) == (True, "lapsed")


def test_a_corrected_filing_does_not_lapse() -> None:
    walk = Walk().move("community_check", "return").move("correction", "submit")
    assert walk.step.wake_at is None
    assert open_elements(walk.wait(30).step) == ["community_check"]


def test_a_second_return_starts_the_five_days_again() -> None:
    walk = Walk().move("community_check", "return").wait(3).move("correction", "submit")
    walk.move("community_check", "return").wait(4)
    assert open_elements(walk.step) == ["correction"]


@pytest.mark.parametrize(
    ("element", "parties", "sign", "limit"),
    [
        ("community_check", [({"head", "inspector"}, "community")], "one", Limit(1, "wd")),
        ("township_review", [({"head"}, "township")], "one", Limit(2, "wd")),
        ("site_check", [({"inspector"}, "township")], "one", Limit(2, "wd")),
        ("district_countersign",
         [({"district_gov_user"}, "district"), ({"district_dept_user"}, "district")], "all",
         Limit(3, "wd")),
        ("city_review", [({"city_gov_user"}, "city"), ({"city_dept_user"}, "city")], "any",
         Limit(3, "wd")),
        ("permit_follow_up", [({"district_dept_user"}, "district:housing")], "one",
         Limit(15, "wd")),
        ("correction", [({"applicant"}, "case")], "one", Limit(5, "wd")),
    ],
)  # fmt: skip
def test_who_is_asked_and_by_when(
    element: str, parties: list[tuple[set[str], str]], sign: str, limit: Limit
) -> None:
    policy = shipped("filing").tasks[element]
    assert [_plain(party) for party in policy.parties] == parties
    assert (policy.sign.mode, policy.limit) == (sign, limit)


def _plain(party: Party) -> tuple[set[str], str]:
    return set(party.roles), party.scope


def test_every_step_tells_its_person_what_to_look_at() -> None:
    tasks = shipped("filing").tasks.values()
    assert all(task.documentation.endswith("。") for task in tasks)


def test_every_form_that_a_step_names_is_shipped() -> None:
    process, files = shipped("filing"), definitions.shipped_files("filing")
    named = {task.form for task in process.tasks.values()} | {process.start_form}
    assert {f"forms/{name}.json" for name in named} <= set(files)


def test_it_may_be_published() -> None:
    files = definitions.shipped_files("filing")
    read = {
        name: forms.read(text, name) for name, text in files.items() if name.startswith("forms/")
    }
    words = declared.vocabulary(read.values(), FILING)
    assert check(files, "filing", words=words) == ()
