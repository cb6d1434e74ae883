"""Lists of a city's size: pages of the inbox at a million tasks, and the search for a rare word.

Each page goes through the whole WSGI application and comes back rendered, with fifty rows; the
scopes take turns, in one run, first on a small store, then on the same one grown a hundredfold.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from flask import Flask
from sqlalchemy import ColumnElement, false, func, or_, select

from app import clock, create_app, first_start
from app.db import db, session
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Unit
from app.migrating import migrate
from app.workflow import search
from app.workflow.models import Case, Task
from app.workflow.queries import register
from app.workflow.queries.pages import PAGE
from app.workflow.reach import visible
from benchmarks._browser import Browser, timed
from benchmarks._crowd import RARE, Crowd, rest
from benchmarks._filed import filed
from config import Config
from tests.identity import people
from tests.smallworks import town

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
WARM_UP = 10
WATCHERS = {
    # account: name, unit, level, role, position
    "yangwang": ("仰望", "宜昌市", "city", "supervisor", ""),
    "dongcha": ("东察", "铁路坝社区", "community", "", "leader"),
}
PAGES = {
    # whose, and the list: everything that waits in the area, what lies in the own pool, all cases
    "area_city": ("yangwang", "/inbox?box=area"),
    "area_community": ("dongcha", "/inbox?box=area"),
    "pool_city": ("kuangda", "/inbox?box=claimable"),
    "pool_community": ("shecundong", "/inbox?box=claimable"),
    "register_city": ("yangwang", "/cases"),
    "register_community": ("dongcha", "/cases"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench inbox")
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--profile", choices=PAGES, help="say where the time of one list goes")
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        crowd = _settled()
        crowd.grow(args.small)
    browsers = {account: Browser(app, account) for account, _page in PAGES.values()}
    small = _pages(browsers, args.rounds)
    with app.app_context():
        began = perf_counter()
        crowd.grow(args.tasks)
        grown = perf_counter() - began
    if args.profile:
        account, address = PAGES[args.profile]
        _profile(browsers[account], address, args.rounds)
        return
    large = _pages(browsers, args.rounds)
    with app.app_context():
        found = {**_said(small, large), **_searched(app, args.rounds), **_size(), "grown_s": grown}
    text = json.dumps({name: round(value, 3) for name, value in found.items()}, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _settled() -> Crowd:
    """One filing as the product makes it, and everybody who looks at lists."""
    town.settle(HIRED)
    chief = town.staff("ningyuanshan", clock.now())
    for account, (name, unit, level, role, position) in WATCHERS.items():
        post = Post(people.unit(unit, level).id, role, position)
        people.add(chief, name, account, post, HIRED)
    crowd = Crowd(filed(0).case, town.COMMUNITY, clock.now())
    rest()
    db.session.remove()
    return crowd


Times = dict[str, list[float]]


def _pages(browsers: dict[str, Browser], rounds: int) -> Times:
    """How long each page took, in turns, the warm-up left out."""
    took: Times = {name: [] for name in PAGES}
    for account, address in PAGES.values():
        browser = browsers[account]
        rows = browser.send(browser.page(address)).count(b"data-row")
        if rows != PAGE:
            raise SystemExit(f"{address} of {account} showed {rows} rows")
    gc.disable()
    for place in range(rounds + WARM_UP):
        for name, (account, address) in PAGES.items():
            browser = browsers[account]
            spent = timed(browser.send, browser.page(address)).wall
            if place >= WARM_UP:
                took[name].append(spent * 1000)
    gc.enable()
    return took


def _profile(browser: Browser, address: str, rounds: int) -> None:
    """Where the time of a list goes, by what the product's own code called."""
    profile = cProfile.Profile()
    for place in range(rounds + WARM_UP):
        if place == WARM_UP:
            profile.enable()
        browser.send(browser.page(address))
    profile.disable()
    told = pstats.Stats(profile).sort_stats("cumulative")
    told.print_stats(r"/app/|render|execute|/flask/", 70)


def _said(small: Times, large: Times) -> dict[str, float]:
    half = statistics.median
    return {
        "inbox_city_vs_community": max(
            half(large[f"{box}_city"]) / half(large[f"{box}_community"]) for box in ("area", "pool")
        ),
        "register_city_vs_community": half(large["register_city"])
        / half(large["register_community"]),
        "inbox_1m_vs_10k": max(_p95(large[name]) / _p95(small[name]) for name in PAGES),
        **{f"{name}_ms": half(large[name]) for name in PAGES},
        **{f"{name}_p95_ms": _p95(large[name]) for name in PAGES},
        **{f"{name}_small_p95_ms": _p95(small[name]) for name in PAGES},
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _searched(app: Flask, rounds: int) -> dict[str, float]:
    """The cases with a rare word of two characters: by its pairs, and by looking at every title.

    Beside it the register's whole page of them, with what waits in each.
    """
    actor = town.staff("yangwang", clock.now())
    by_pairs = _half(lambda: _newest(actor, _by_pairs()), rounds)
    by_scan = _half(lambda: _newest(actor, _by_scan()), max(3, rounds // 20))
    page = _half(lambda: _register(actor), rounds)
    times = {"search_ms": by_pairs, "scan_ms": by_scan, "search_page_ms": page}
    return {"search_vs_scan": by_pairs / by_scan, **times}


def _by_pairs() -> ColumnElement[bool]:
    found = search.matching(session(), RARE)
    return false() if found is None else found


def _by_scan() -> ColumnElement[bool]:
    return or_(*(column.contains(RARE) for column in (Case.number, Case.title, Case.place)))


def _newest(actor: Actor, found: ColumnElement[bool]) -> list[str]:
    ids = select(Case.id).where(visible(actor), found)
    return list(session().scalars(ids.order_by(Case.opened_at.desc(), Case.id.desc()).limit(PAGE)))


def _register(actor: Actor) -> list[str]:
    page = register.cases(session(), actor, register.Wanted(q=RARE), at=clock.now())
    return [line.case.id for line in page.rows]


def _half(work: Callable[[], list[str]], rounds: int) -> float:
    found = work()
    if not found:
        raise SystemExit("the rare word is nowhere")
    return statistics.median(timed(work).wall for _ in range(rounds)) * 1000


def _size() -> dict[str, float]:
    """What the lists stood on."""
    work = session()

    def number(which: object) -> float:
        return float(work.scalar(select(func.count()).select_from(which)) or 0)  # type: ignore[call-overload]

    waiting = select(Task.id).where(Task.status == "open").subquery()
    return {"tasks": number(Task), "open": number(waiting), "units": number(Unit)}


if __name__ == "__main__":
    main()
