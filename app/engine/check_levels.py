"""Nothing is approved by one level alone: every way to an approving end passes two of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from app.engine.gate_walk import Step, Walk, flood, named, way
from app.engine.policy import OWN_SCOPE, Policy
from app.engine.types import TaskPolicy
from app.errors import Finding

_LEVELS: Mapping[str, str] = {
    "community": "社区",
    "township": "乡镇",
    "district": "区县",
    "city": "市",
}
_TOGETHER = frozenset({"all", "order"})
"""Ways of signing in which every party has its say; in the others one party may decide alone."""


def check_levels(
    walk: Walk, policy: Policy, needed: int, results: frozenset[str], key: str
) -> Iterator[Finding]:
    """Soundness: a way is refused when the reviews that it cannot avoid lie within one level.

    For each level s, reviews that s alone can finish stay passable and all others are taken out;
    an approving end that is still reached has a way on which only s decides. A step signed by
    several levels together is one step, so it alone does not do either.
    """
    approving = [step for step in walk.ends if policy.results.get(step.node.id) in results]
    if not needed or not walk.steps:
        return
    if not approving:
        yield Finding(
            "no-approval",
            key,
            f'流程没有“通过”的结束事件，请在结束事件上设置 flow:result="{min(results)}"',
        )
    reviews = {
        step.node.id: task
        for step in walk.done()
        if (task := policy.tasks.get(step.node.id)) is not None and _levels(task)
    }
    gathers = _joins(walk)
    told: set[str] = set()
    for words, passable in _tries(reviews, needed):
        came = flood(walk, partial(_lets_by, reviews, passable), gathers)
        for end in approving:
            if id(end) in came and end.node.id not in told:
                told.add(end.node.id)
                yield Finding(
                    "levels",
                    end.node.id,
                    f"{end.node.called}可以{words}就到达：{named(way(end, came))}。"
                    f"请让每条通过的路径至少经过两级不同层级的审核",
                )


def _levels(task: TaskPolicy) -> frozenset[str]:
    scopes = (party.scope.partition(":")[0] for party in task.parties)
    return frozenset(scope for scope in scopes if scope != OWN_SCOPE)


def _tries(
    reviews: Mapping[str, TaskPolicy], needed: int
) -> Iterator[tuple[str, Callable[[TaskPolicy], bool]]]:
    """Each way of getting by with too little: in words, and the reviews that it may use."""
    yield "不经任何审核", lambda task: False
    if needed < 2:
        return
    for level in sorted({level for task in reviews.values() for level in _levels(task)}):
        words = f"只经{_LEVELS.get(level, level)}一级审核"
        yield words, partial(_alone, level)
    for only in reviews.values():
        if len(_levels(only)) > 1:
            words = f"只经“{only.name or only.element}”一个步骤审核"
            yield words, partial(operator.is_, only)


def _alone(level: str, task: TaskPolicy) -> bool:
    """Whether this level could finish the step with no other level in it."""
    levels = _levels(task)
    return levels <= {level} if task.sign.mode in _TOGETHER else level in levels


def _lets_by(
    reviews: Mapping[str, TaskPolicy], free: Callable[[TaskPolicy], bool], step: Step
) -> bool:
    """Whether this step may be passed: not the far side of a review that is taken out."""
    task = reviews.get(step.node.id) if step.done else None
    return task is None or free(task)


def _joins(walk: Walk) -> frozenset[int]:
    """Parallel joins that wait for all branches; one inside a loop may hold older tokens."""
    looped = _looped(walk)
    return frozenset(id(step) for step in walk.steps if step.joins and id(step) not in looped)


def _looped(walk: Walk) -> set[int]:
    """Joins that a token can come back to."""
    found: set[int] = set()
    for join in (step for step in walk.steps if step.joins):
        seen: set[int] = set()
        front = list(join.after)
        while front:
            step = front.pop()
            if id(step) not in seen:
                seen.add(id(step))
                front.extend(step.after)
        if id(join) in seen:
            found.add(id(join))
    return found
