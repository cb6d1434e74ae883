"""One act, one crash or one race: set the stage, let it happen, send again, drain, check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from shutil import rmtree

from sqlalchemy import select

from app.db import session
from app.workflow import jobs
from app.workflow.models import Task
from tests.identity import people
from tests.reliability import of_flows, of_works
from tests.reliability.checker import check
from tests.reliability.history import History, Journal
from tests.reliability.house import LATER, NOON, House, let_go
from tests.reliability.posts import Post, draft, send
from tests.reliability.processes import (
    LONGEST,
    STILL,
    await_file,
    die_at,
    done_or_held,
    ended,
    forked,
    linger_at,
    note_in,
    say,
)
from tests.stores import Store

SOON = NOON + timedelta(minutes=2)
Stage = Callable[[House, "Drills"], Post]


@dataclass(frozen=True, slots=True)
class Place:
    """The nth time that an act comes to a named place."""

    name: str
    time: int


class Drills:
    """Acts on one store, each begun from a picture of it."""

    def __init__(self, house: House, store: Store) -> None:
        self.house, self.store = house, store
        self._posts: dict[str, Post] = {}

    def post(self, verb: str) -> Post:
        """Set the stage for a verb; its history begins with what the stage itself needed."""
        folder = self.house.folder
        before, stage = folder / "journal-before.jsonl", folder / f"stage-{verb}.jsonl"
        for path in (*folder.glob("journal-*"), folder / "outbox.txt"):
            path.unlink(missing_ok=True)
        rmtree(folder / "data" / "papers", ignore_errors=True)

        def build() -> None:
            self.store.settle()
            self._posts[verb] = STAGES[verb](self.house, self)
            stage.write_text(before.read_text() if before.exists() else "")

        self.store.begin(f"stage_{verb}", build, upon="moved_in")
        self.store.settle()
        before.write_text(stage.read_text())
        return self._posts[verb]

    def play(self, post: Post) -> None:
        """Something that has happened before the act; part of the history."""
        say(self.house, self._journal("before"), post, lambda: NOON)

    def places(self, verb: str) -> list[Place]:
        """Every place that the act of a verb comes to, found by letting it happen."""
        post, trace = self.post(verb), self.house.folder / "trace.txt"
        trace.unlink(missing_ok=True)
        if ended(forked(self.house, self._act(post), note_in(trace))) != "well":
            raise RuntimeError(f"{verb} does not happen even without a crash")
        seen: Counter[str] = Counter()
        found = []
        for name in trace.read_text().split():
            seen[name] += 1
            found.append(Place(name, seen[name]))
        return found

    def crash(self, verb: str, place: Place) -> list[str]:
        """Die there; another process sends the same; then drain and check."""
        post = self.post(verb)
        if ended(forked(self.house, self._act(post), die_at(place.name, place.time))) != "killed":
            raise RuntimeError(f"{verb} never came to {place}")
        found = self._verdict(post, post)
        told = (self.house.actors[post.who].id, post.key) in History.read(self.house.folder).acks
        return found if told or post.verb == "background" else [*found, "nobody was ever told"]

    def race(self, race: Race, still: float = STILL) -> list[str]:
        """One lingers at a place until a rival (or another click) is done, or held back by it."""
        staged, place = self.post(race.verb), race.place
        post, rival = race.first(staged), race.rival(staged)
        let_go()
        for mark in ("here", "gone"):
            (self.house.folder / mark).unlink(missing_ok=True)
        first = forked(self.house, self._act(post), linger_at(place, self.house.folder))
        await_file(self.house.folder / "here", LONGEST)
        second = forked(self.house, self._act(rival))
        done_or_held(second, still)
        (self.house.folder / "gone").touch()
        ended(second)
        ended(first)
        return self._verdict()

    def _act(self, post: Post) -> Callable[[], None]:
        def act() -> None:
            if post.verb == "background":
                jobs.run_due(_moment(post))
            else:
                say(self.house, self._journal(), post, lambda: NOON)

        return act

    def _journal(self, name: str = "1") -> Journal:
        return Journal(self.house.folder / f"journal-{name}.jsonl")

    def _verdict(self, *again: Post) -> list[str]:
        """What a new process makes of it, which is sent the same again, and then is the worker."""

        def recover() -> None:
            for post in again:
                self._act(post)()
            drain()

        if ended(forked(self.house, recover)) != "well":
            return ["a process that starts anew cannot go on"]
        try:
            return check(self.house.folder)
        finally:
            let_go()


def drain() -> None:
    """What a worker would do in the weeks to come."""
    while jobs.run_due(NOON + 2 * LATER, most=50):
        pass


def _moment(post: Post) -> datetime:
    return {"soon": SOON, "later": NOON + LATER, "latest": NOON + 1.5 * LATER}[post.target]


def open_task(case_id: str) -> str:
    """The one task of a case that waits."""
    session().rollback()
    waits = select(Task.id).where(Task.case_id == case_id, Task.status == "open").limit(1)
    return session().scalars(waits).one()


def _filed(house: House, drills: Drills, name: str = "stage") -> str:
    post = Post("file", "", f"file:{name}")
    drills.play(post)
    return send(house, post, NOON)


def _decided(house: House, drills: Drills, *steps: tuple[str, str]) -> str:
    case = _filed(house, drills)
    for who, outcome in steps:
        task = open_task(case)
        drills.play(Post("decide", who, f"decide:{task}:{who}", task, outcome))
    return case


def _file(house: House, drills: Drills) -> Post:
    return Post("file", "", "file:act")


def _file_draft(house: House, drills: Drills) -> Post:
    return Post("file_draft", "", "draft:act", draft(house, "", NOON))


def _claim(house: House, drills: Drills) -> Post:
    return Post("claim", "shecundong", "claim:act", open_task(_filed(house, drills)))


def _release(house: House, drills: Drills) -> Post:
    task = open_task(_filed(house, drills))
    drills.play(Post("claim", "shecundong", "claim:before", task))
    return Post("release", "shecundong", "release:act", task)


def _complete(house: House, drills: Drills) -> Post:
    """The last decision: the case ends, with numbers, papers, a notice and mail."""
    case = _decided(house, drills, ("shecundong", "approve"))
    return Post("decide", "muyulan", "decide:act", open_task(case), "approve")


def _return(house: House, drills: Drills) -> Post:
    """A step back: a timer is set, a paper numbered, the applicant told."""
    task = open_task(_filed(house, drills))
    return Post("decide", "shecundong", "decide:act", task, "return")


def _resubmit(house: House, drills: Drills) -> Post:
    case = _decided(house, drills, ("shecundong", "return"))
    return Post("decide", "", "decide:act", open_task(case), "submit")


def _sign(house: House, drills: Drills) -> Post:
    """One of two signers who must both agree."""
    case = _decided(house, drills, ("shecundong", "approve"), ("muyulan", "escalate"))
    task = next(
        row.id for row in session().scalars(select(Task).where(Task.case_id == case))
        if row.status == "open" and row.desk == "district_gov_user"
    )  # fmt: skip
    return Post("decide", "quyuanhang", "decide:act", task, "approve")


def _withdraw(house: House, drills: Drills) -> Post:
    return Post("withdraw", "", "withdraw:act", _filed(house, drills))


def _publish(house: House, drills: Drills) -> Post:
    district = people.unit("西陵区", "district").id
    return Post("publish", "jinhezhu", "publish:act", district, "第二版")


def _timer(house: House, drills: Drills) -> Post:
    """The applicant's time runs out; first the reminder, then the lapse."""
    _decided(house, drills, ("shecundong", "return"))
    return Post("background", "", "", "later")


def _job(house: House, drills: Drills) -> Post:
    """Papers to be rendered, and mail."""
    _decided(house, drills, ("shecundong", "approve"), ("muyulan", "approve"))
    return Post("background", "", "", "soon")


STAGES: Mapping[str, Stage] = {
    "file": _file, "file_draft": _file_draft, "claim": _claim, "release": _release, "sign": _sign,
    "complete": _complete, "return": _return, "resubmit": _resubmit, "withdraw": _withdraw,
    "publish": _publish, "timer": _timer, "job": _job, **of_works.STAGES, **of_flows.STAGES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Race:
    """An act that lingers at a place, and what its rival sends meanwhile."""

    verb: str
    place: str
    rival: Callable[[Post], Post] = lambda post: post
    first: Callable[[Post], Post] = lambda post: post


def _as(**others: str) -> Callable[[Post], Post]:
    return lambda post: replace(post, **others)


def _their_own(post: Post) -> Post:
    """The other signer, at the other row of the same step."""
    case = session().get_one(Task, post.target).case_id
    rows = select(Task.id).where(Task.case_id == case, Task.status == "open")
    other = session().scalars(rows.where(Task.id != post.target)).one()
    return Post("decide", "shuangshu", "decide:other", other, "approve")


def _withdrawn(post: Post) -> Post:
    return Post("withdraw", "", "withdraw:act", session().get_one(Task, post.target).case_id)


RACES: Mapping[str, Race] = {
    "the same filing clicked twice": Race("file", "key"),
    "two filings want the next number": Race("file", "number", _as(key="file:other")),
    "the same decision clicked twice": Race("complete", "key"),
    "one person decides twice": Race("complete", "lock", _as(key="decide:other")),
    "two people decide": Race("complete", "lock", _as(who="meijiangping", key="decide:other")),
    "two people return": Race("return", "lock", _as(who="luoshuyu", key="decide:other")),
    "two people claim": Race("claim", "lock", _as(who="luoshuyu", key="claim:other")),
    "two people claim without keys": Race(
        "claim", "lock", _as(who="luoshuyu", key=""), _as(key="")
    ),
    "claimed while decided": Race(
        "return", "lock", _as(verb="claim", who="luoshuyu", key="claim:other", outcome="")
    ),
    "both signers at once": Race("sign", "lock", _their_own),
    "withdrawn while decided": Race("return", "lock", _withdrawn),
    "corrected when it lapses": Race("resubmit", "lock", _as(verb="background", target="later")),
    "two versions at once": Race("publish", "version", _as(key="publish:other", outcome="第三版")),
    "a second worker after the lease": Race("job", "outside", _as(target="latest")),
    "a second worker at a timer": Race("timer", "inside", _as(target="latest")),
}


def sweep(drills: Drills, verbs: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Every crash of these verbs, each with what the checker found."""
    for verb in verbs:
        for place in drills.places(verb):
            yield f"{verb} at {place.name} {place.time}", drills.crash(verb, place)
