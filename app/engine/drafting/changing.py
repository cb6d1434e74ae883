"""Changing a step where it stands: its people, its limit, its form, its outcomes."""

from __future__ import annotations

from app.engine.check_outcomes import may_hold
from app.engine.drafting.inserting import way_to
from app.engine.drafting.lettering import words_beside
from app.engine.drafting.requests import AddOutcome, Change, DropOutcome
from app.engine.drafting.sheet import TO_CANVAS, Sheet, policy
from app.engine.drafting.ways import Exit, asks_outcome, exit_of, task_of
from app.engine.drafting.written import limit_text, outcomes_text, party_words, sign_text, step_name
from app.engine.policy_words import MAX_OUTCOMES
from app.engine.types import Outcome, TaskPolicy
from app.errors import Invalid


def change(sheet: Sheet, asked: Change) -> None:
    """Write what differs; what a lane says already is left to the lane."""
    task = task_of(sheet, asked.step)
    element = sheet.node(asked.step).element
    if asked.name.strip() != task.name:
        element.set("name", step_name(asked.name))
    if asked.parties != task.parties:
        roles, scopes = party_words(asked.parties)
        _write(sheet, asked.step, {"role": roles, "scope": scopes})
    wanted = {
        "form": asked.form if asked.form != task.form else None,
        "sla": (limit_text(asked.limit) if asked.limit else "")
        if asked.limit != task.limit
        else None,
        "sign": sign_text(asked.sign) if asked.sign != task.sign else None,
        "each": ("person" if asked.each else "") if asked.each != task.each else None,
    }
    _write(sheet, asked.step, {name: text for name, text in wanted.items() if text is not None})
    _relabel(sheet, task, dict(asked.labels))


def _write(sheet: Sheet, step: str, said: dict[str, str]) -> None:
    element = sheet.node(step).element
    for name, text in said.items():
        if text:
            element.set(policy(name), text)
        elif element.get(policy(name)) is not None:
            del element.attrib[policy(name)]


def _relabel(sheet: Sheet, task: TaskPolicy, labels: dict[str, str]) -> None:
    """New words on buttons; a flow that bears the old ones gets the new ones."""
    wanted = [
        Outcome(each.key, labels.get(each.key, "").strip() or each.label) for each in task.outcomes
    ]
    if tuple(wanted) == task.outcomes:
        return
    leaving = exit_of(sheet, task.element)
    for old, new in zip(task.outcomes, wanted, strict=True):
        for way in leaving.ways if leaving.own else ():
            if way.name == old.label and way.keys == (old.key,):
                flow = next(each.element for each in sheet.scope.flows if each.id == way.flow)
                flow.set("name", new.label)
    _write(sheet, task.element, {"outcomes": outcomes_text(wanted)})


def add_outcome(sheet: Sheet, asked: AddOutcome) -> None:
    """One more way out through the gateway that the step has of its own."""
    task, leaving = task_of(sheet, asked.step), _own_gateway(sheet, asked.step)
    way = asked.way
    if not way.label.strip():
        raise Invalid("请写按钮上的字", {"label": "写上办理结果，如“退回补正”"})
    if way.key in {each.key for each in task.outcomes}:
        raise Invalid(f"“{task.name}”已经有这个结果", {"outcome": "这个结果已经有了"})
    if any(each.condition and may_hold(each.condition, way.key) for each in leaving.ways):
        raise Invalid(f"“{task.name}”已有的去向会把新结果一并带走，{TO_CANVAS}")
    if len(task.outcomes) >= MAX_OUTCOMES:
        raise Invalid(f"“{task.name}”的办理结果已有 {MAX_OUTCOMES} 个，不能再加")
    target = sheet.node(way.target).id
    if (reader := asks_outcome(sheet, target)) is not None:
        raise Invalid(f"“{reader.short}”要看上一步的结果，不能直接通到那里，{TO_CANVAS}")
    _write(sheet, asked.step, {"outcomes": outcomes_text([*task.outcomes, way])})
    key = sheet.fresh(f"f_{asked.step}_{way.key}")
    last = sheet.after(leaving.gateway)[-1]
    sheet.add_flow(key, (leaving.gateway, target), (way.label, f'outcome = "{way.key}"'), last)
    points = way_to(sheet, sheet.box(leaving.gateway), target)
    sheet.line(key, points, last.get("id", ""), words_beside(sheet, points, way.label))
    sheet.renew()


def drop_outcome(sheet: Sheet, asked: DropOutcome) -> None:
    """A way out less, with its flow where nothing else goes along it."""
    task, leaving = task_of(sheet, asked.step), _own_gateway(sheet, asked.step)
    left = [each for each in task.outcomes if each.key != asked.key]
    if not left or len(left) == len(task.outcomes):
        raise Invalid(f"“{task.name}”至少要留一个办理结果")
    ways = [way for way in leaving.ways if asked.key in way.keys]
    if any(way.keys != (asked.key,) for way in ways) or len(leaving.ways) - len(ways) < 1:
        raise Invalid(f"这个结果和别的结果走同一条连线，{TO_CANVAS}")
    for way in ways:
        others = [flow for flow in sheet.before(way.target) if flow.get("id") != way.flow]
        node = sheet.node(way.target)
        if not others and node.tag != "endEvent":
            raise Invalid(f"“{node.short}”只有这个结果通到，请先删除它")
        sheet.drop_flow(next(each.element for each in sheet.scope.flows if each.id == way.flow))
        sheet.renew()
        if not others:
            sheet.drop_node(node.id)
            sheet.renew()
    _write(sheet, asked.step, {"outcomes": outcomes_text(left)})


def _own_gateway(sheet: Sheet, step: str) -> Exit:
    leaving = exit_of(sheet, step)
    if not leaving.gateway or not leaving.own:
        name = sheet.node(step).short
        raise Invalid(f"“{name}”后面没有它自己的分路网关，不能增减结果，{TO_CANVAS}")
    return leaving
