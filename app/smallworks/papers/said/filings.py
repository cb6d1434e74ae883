"""What is said when a work is filed, sent back, referred or refused."""

from __future__ import annotations

from decimal import Decimal

from app.clock import long_day
from app.identity.models import Unit
from app.identity.trades import CATEGORIES
from app.smallworks import words
from app.smallworks.facts import Facts, read
from app.smallworks.limits import Limit
from app.smallworks.models import Work
from app.smallworks.papers.said.sites import Said, sentence, whole_place
from app.workflow import definitions
from app.workflow.kinds import Moment

_AGAINST = {
    "height": "高处坠落：2 米以上作业必须系挂安全带，临边、洞口设防护，地面设警戒区。",
    "hot_work": "火灾、爆炸：动火前办理审批、清除可燃物，配备灭火器，安排监护人；"
    "气瓶相距 5 米、距火源 10 米以上。",
    "confined": "中毒、窒息：进入有限空间先通风、再检测、后作业，专人在外监护，严禁盲目施救。",
    "excavation": "坍塌、管线破坏：开挖前查明地下管线，按规定放坡或支护，夜间设警示灯。",
    "demolition": "坍塌、物体打击：拆除自上而下逐层进行，严禁底部掏空，不得触动承重构件。",
    "lifting": "起重伤害：吊装前检查机具和吊点，专人指挥，吊物下方严禁站人。",
    "structure": "结构破坏：未经设计和批准，不得改动承重墙、梁、柱、楼板。",
    "scaffold": "架体、吊篮坠落：脚手架验收后使用；吊篮检查安全锁和钢丝绳，作业不超过 2 人。",
}


def _common(moment: Moment, row: Work) -> Said:
    return {
        "case": moment.case.number,
        "name": row.name,
        "kind": words.KINDS.get(row.kind, row.kind),
        "category": CATEGORIES.get(row.category, row.category),
        "place": whole_place(row),
        "owner": row.owner_name,
        "contractor": read(moment.values).builder.name,
        "issuer": _issuer(moment),
        "day": long_day(moment.at),
    }


def receipt(moment: Moment, row: Work) -> Said:
    """The work is filed. It hangs at the site: nobody's numbers, only what stands there."""
    return {
        **_common(moment, row),
        "start": long_day(row.planned_start),
        "end": long_day(row.planned_end),
        "risk": words.RISKS.get(row.risk, "未定级"),
    }


def risk_notice(moment: Moment, row: Work, receipt: str) -> Said:
    """What was declared to be dangerous, and the measures against it."""
    flags = read(moment.values).risk_flags
    named = [text for flag, text in _AGAINST.items() if flag in flags]
    level = words.RISKS.get(row.risk, "未定级")
    return {
        **_common(moment, row),
        "receipt": receipt,
        "risk": level,
        "items": named,
    }


def permit_notice(moment: Moment, row: Work, facts: Facts, limit: Limit) -> Said:
    """A construction permit is needed, and why."""
    reason = str(moment.answers.get("reason") or moment.answers.get("opinion") or "")
    edge = "不超过" if limit.inclusive else "低于"
    join = "或" if limit.mode == "or" else "且"
    return {
        **_common(moment, row),
        "submitted": long_day(row.submitted_at),
        "reason": sentence(reason or "经核对，该工程超出当地免办施工许可的限额"),
        "investment": _figure(facts.investment_wan),
        "area": f"{_figure(facts.area_sqm)} 平方米" if facts.area_sqm is not None else "不涉及",
        "limit": f"投资额{edge} {_figure(limit.investment_wan)} 万元{join}"
        f"建筑面积{edge} {_figure(limit.area_sqm)} 平方米",
    }


def correction(moment: Moment, row: Work) -> Said:
    """Everything that is missing, once (一次性告知)."""
    answers = moment.answers
    asked = [_label(moment, key) for key in answers.get("missing_items") or () if key != "other"]
    further = [
        str(answers[name]) for name in ("missing_text", "reason", "opinion") if answers.get(name)
    ]
    return {**_common(moment, row), "items": [*asked, *further[:1]] or ["请按审核人的要求补正。"]}


def rejection(moment: Moment, row: Work) -> Said:
    """A refusal and its reason."""
    reason = moment.answers.get("reason") or moment.answers.get("opinion")
    return {**_common(moment, row), "items": [sentence(str(reason or "不符合备案条件"))]}


def _label(moment: Moment, key: str) -> str:
    """The words of a ticked box, as the form of this step has them."""
    if moment.task is None:
        return key
    definition = definitions.get(moment.work, moment.case.version_id)
    form = definition.form(definition.process.tasks[moment.task.element].form)
    field = form.by_key.get("missing_items")
    return field.label(key) if field else key


def _issuer(moment: Moment) -> str:
    """Who signs: the government of whoever decided, or the district where nobody did."""
    unit_id = moment.task.unit_id if moment.task else None
    unit = moment.work.get(Unit, unit_id or moment.case.l2 or moment.case.l1)
    if unit is not None and unit.kind == "department":
        unit = unit.parent
    return unit.name if unit else ""


def _figure(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
