"""What a domain adds to the workflow: a CaseKind (事项) for each process it knows more of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine import Bounds, Law, Scalar
from app.identity.actor import Actor
from app.identity.words import PERMISSIONS
from app.workflow.models import Case, Task
from app.workflow.reads import Reads

Values = Mapping[str, Any]

PUBLIC, SYSTEM = "public", "system"
"""Who starts a process, where no permission says it: people who file, or nobody by hand."""


@dataclass(frozen=True, slots=True)
class Description:
    """What lists and searches say of a case; taken from its start form.

    What is left empty is said of a case about a work as of that work.
    """

    title: str
    category: str = ""  # 项目类型: departments see their own
    address: str = ""  # beneath the community
    words: tuple[str, ...] = ()  # further words that it can be found by; never secrets


@dataclass(frozen=True, slots=True)
class Extra:
    """What a domain shows of a case beside its form: a warning, a page, a paper, a change."""

    kind: str  # warning, page, paper, change
    title: str
    text: str = ""
    href: str = ""
    after: str = ""  # of a change: what `text` becomes


@dataclass(frozen=True, slots=True)
class Moment:
    """One command at work on one case. Hooks write rows through `work` and never commit."""

    work: Session
    case: Case
    values: Values  # of the start form, as last submitted; secrets readable
    at: datetime
    actor: Actor | None  # none: the system, by a timer
    task: Task | None = None
    outcome: str = ""
    answers: Values = field(default_factory=dict)  # of the form of this decision
    first: bool = True  # the first submission of the start form, not a correction
    seen: int | None = None  # the revision that whoever decides had before them, if it was said
    # the engine's routing values after its step
    data: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """A case that somebody is about to open, before any row of it is there."""

    work: Session
    at: datetime
    actor: Actor
    values: Values = field(default_factory=dict)  # empty while it is only offered


def _nothing(_moment: Moment) -> None:
    return None


def _whoever(_intent: Intent, _subject: Case | None) -> None:
    return None


def _nobody(_work: Session, _case: Case) -> str | None:
    return None


def _no_recusal(_work: Session, _task: Task, _person_id: str, _day: date) -> str:
    return ""


def _no_routing(_moment: Moment) -> Mapping[str, Scalar]:
    return {}


def _no_faults(_work: Session, _values: Values, _at: datetime) -> Mapping[str, str]:
    return {}


def _keep(_work: Session, _case: Case) -> None:
    return


def _nothing_more(_routing: Values) -> str:
    return ""


def _no_phones(_values: Values) -> Sequence[str]:
    return ()


def _no_risks(_work: Session, _cases: Sequence[str]) -> Mapping[str, str]:
    return {}


def _no_extras(_work: Session, _case: Case, _staff: bool) -> Sequence[Extra]:
    return ()


def _plain(values: Values) -> Description:
    return Description(title=str(values.get("title") or values.get("name") or ""))


@dataclass(frozen=True, slots=True)
class CaseKind:
    """The hooks of one process key. All run inside the command's transaction.

    `routing` is asked at each submission of the start form, `decided` at each decision; what they
    return enters the engine beside the form's own routing values. After the engine's step come
    `on_submitted`, the actions that the step asked for, and `on_ended`, with the step's data. A
    Refusal raised in any of them undoes the whole command and is shown to the person.
    """

    key: str
    describe: Callable[[Values], Description] = _plain
    routing: Callable[[Moment], Mapping[str, Scalar]] = _no_routing
    decided: Callable[[Moment], Mapping[str, Scalar]] = _no_routing
    on_submitted: Callable[[Moment], None] = _nothing
    on_ended: Callable[[Moment], None] = _nothing
    # the applicant's personal data go; what the kind itself keeps of them must go as well
    on_erased: Callable[[Session, Case], None] = _keep
    actions: Mapping[str, Callable[[Moment], None]] = field(default_factory=dict)
    risks: Callable[[Session, Sequence[str]], Mapping[str, str]] = _no_risks  # low, medium, high
    extras: Callable[[Session, Case, bool], Sequence[Extra]] = _no_extras  # bool: for staff
    states: Mapping[str, str] = field(default_factory=dict)  # of `Case.state`, in Chinese
    results: Mapping[str, str] = field(default_factory=dict)  # `Case.result`, in Chinese
    routing_names: frozenset[str] = frozenset()  # what `routing` and `decided` may return
    routing_words: Mapping[str, str] = field(default_factory=dict)  # of some, in Chinese
    routing_values: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)  # where few
    routing_bounds: Mapping[str, Bounds] = field(default_factory=dict)  # of others, what is known
    value_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of these
    settled: frozenset[str] = frozenset()  # routing names that change with the start form alone
    levels_needed: int = 0  # review levels that every approving path must pass
    approving: frozenset[str] = frozenset({"approved"})  # results that an approving path ends with
    laws: tuple[Law, ...] = ()  # which cases end as they do only after a review that high
    # field -> what can be said against a start form before it is sent, beyond the form itself
    faults: Callable[[Session, Values, datetime], Mapping[str, str]] = _no_faults
    starter: str = PUBLIC  # also staff on behalf; a permission; or SYSTEM: nobody by hand
    about: bool = False  # it is about the work of an earlier case, and shares its subject
    needs: Mapping[str, str] = field(default_factory=dict)  # form of a step -> right to decide it
    reads: Mapping[str, Reads] = field(default_factory=dict)  # form -> what no district takes away
    # raises a Refusal where the case may not be opened now; with `about`, of that first case
    may_open: Callable[[Intent, Case | None], None] = _whoever
    # the page on which it begins, where that is not its start form
    begins_at: Callable[[Case], str] = lambda _subject: ""
    # its own page of a task, where that is not the usual one
    task_page: Callable[[Task], str] = lambda _task: ""
    verbs: Mapping[str, str] = field(default_factory=dict)  # of its events, and messages heard
    # what a decision came to beyond its outcome, in Chinese, by the routing values of its event
    came_to: Callable[[Values], str] = _nothing_more
    # what files prove that answer no field of a form, by the word before the colon of theirs
    files: Mapping[str, str] = field(default_factory=dict)
    asks: str = ""  # 待申请复工: its state while it waits for the applicant, where not 待补正
    # who answers for the applicant: their tasks and notices, by person id; none: who filed
    addressee: Callable[[Session, Case], str | None] = _nobody
    binds_party: bool = False  # due by order: the limit runs on while they have it
    opener_handles: bool = False  # whoever opened it may handle its tasks: who goes on patrol
    # telephones of its parties in the start form: an official who has one leaves it to others
    phones: Callable[[Values], Sequence[str]] = _no_phones
    # why this person, by id, leaves a task to others (回避) that day, beyond applicant and opener
    recuses: Callable[[Session, Task, str, date], str] = _no_recusal
    # forms of the steps for which its own drawing finds others when nobody is there
    sends_up: frozenset[str] = frozenset()
    # it is also the matter of whoever applied for the work, or for the case out of which it came
    open_to_owner: bool = True
    # the permission by which officials read its cases; else by `case:read`, as any other
    reader: str = ""
    # the industry whose department reads all of them in its area by that permission
    coordinator: str = ""
    goes_on_while_held: bool = False  # a hold on the work leaves it alone (holds.py)
    steered: bool = True  # its decisions leave nothing behind that going back would not undo
    binds: Callable[[Session, Case, datetime], bool] = lambda _work, _case, _at: False


INCIDENT, HELD, CORRECTING, TERMINATED = "incident", "held", "correcting", "terminated"
_STATES = {"in_review": "审核中", CORRECTING: "待补正", "ended": "已办结"}
RESULTS = {
    "approved": "已通过", "rejected": "不予通过", "withdrawn": "已撤回", "lapsed": "逾期失效",
    "done": "已办结", TERMINATED: "已终止",
}  # fmt: skip
"""What a kind does not call by words of its own."""
_BESIDE = {INCIDENT: "流程异常", HELD: "中止"}  # in the way of a case, whatever its state
_kinds: dict[str, CaseKind] = {}
_verbs: dict[str, str] = {}
"""Events of a domain that cases of any kind may have, in Chinese."""


def register(kind: CaseKind) -> None:
    """Make a kind known. Called once per process by a domain's `install`."""
    for right in (kind.starter, kind.reader or PUBLIC, *kind.needs.values()):
        if right not in (PUBLIC, SYSTEM, *PERMISSIONS):
            raise KeyError(f"no such permission: {right}")
    _kinds[kind.key] = kind


def share_verbs(verbs: Mapping[str, str]) -> None:
    """Make events known that are no kind's own. Called once per process by a domain's `install`."""
    _verbs.update(verbs)


def verbs_of(key: str) -> Mapping[str, str]:
    """What the events of such a case are called, beyond those of the workflow."""
    return {**_verbs, **of(key).verbs}


def of(key: str) -> CaseKind:
    """The kind of a process key; a process that no domain knows gets the plain one."""
    return _kinds.get(key) or CaseKind(key)


def about_works() -> list[CaseKind]:
    """The kinds whose cases are about the work of an earlier one and begun by people."""
    return [kind for kind in _kinds.values() if kind.about and kind.starter != SYSTEM]


def readers() -> dict[str, str]:
    """The permission by which officials read its cases, of each process that asks for its own."""
    return {kind.key: kind.reader for kind in _kinds.values() if kind.reader}


def coordinators() -> list[CaseKind]:
    """The kinds of which one department reads the cases of every trade."""
    return [kind for kind in _kinds.values() if kind.coordinator]


def needing() -> list[CaseKind]:
    """The kinds of which a step asks a right beside deciding."""
    return [kind for kind in _kinds.values() if kind.needs]


def binding() -> list[str]:
    """The processes in which the limit of whoever is addressed runs on."""
    return sorted(kind.key for kind in _kinds.values() if kind.binds_party)


def kept_from_owners() -> list[str]:
    """The processes whose cases the owner of the work does not read."""
    return sorted(kind.key for kind in _kinds.values() if not kind.open_to_owner)


def risks_of(work: Session, cases: Sequence[Case]) -> dict[str, str]:
    """The risk grade of each case whose kind knows one."""
    found: dict[str, str] = {}
    for key in {case.process_key for case in cases}:
        ids = [case.id for case in cases if case.process_key == key]
        found.update(of(key).risks(work, ids))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: its state, the result of an ended one, `incident` or `held`; in words."""

    key: str
    words: str


def standing(case: Case) -> Standing:
    """How this case stands, in the words of its kind."""
    if case.incident is not None:
        return Standing(INCIDENT, _BESIDE[INCIDENT])
    if case.held_at is not None and case.ended_at is None:
        return Standing(HELD, _BESIDE[HELD])
    return Standing(case.result or case.state, words(case))


def words(case: Case) -> str:
    """What the state of a case, or the result of an ended one, is called."""
    kind, key = of(case.process_key), case.result or case.state
    asked = {CORRECTING: kind.asks} if kind.asks else {}
    return {**_STATES, **RESULTS, **asked, **kind.states, **kind.results}.get(key, key)


def standings() -> dict[str, str]:
    """Every way in which cases may stand, in words: what lists are narrowed by."""
    found = {key: _STATES[key] for key in ("in_review", "correcting")}
    for kind in _kinds.values():
        found.update({**kind.states, **kind.results})
    return {**found, **{key: words for key, words in RESULTS.items() if key not in found},
            **_BESIDE}  # fmt: skip
