"""Policies as the attributes of a drawing write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.engine.drafting.requests import Way
from app.engine.policy import OWN_SCOPE
from app.engine.policy_words import LABEL_LENGTH, LABELS
from app.engine.types import Limit, Outcome, Party, Sign
from app.errors import Invalid

LONGEST_NAME = 40


def step_name(text: str) -> str:
    """The name of a step as it is typed. Raises Invalid for one that no list or page can show."""
    name = text.strip()
    if not name:
        raise Invalid("请写步骤名称", {"name": "写上办理人看得懂的步骤名称"})
    if len(name) > LONGEST_NAME:
        raise Invalid("步骤名称太长", {"name": f"步骤名称不超过 {LONGEST_NAME} 个字"})
    return name


def party_words(parties: Sequence[Party]) -> tuple[str, str]:
    """`flow:role` and `flow:scope`; of one scope for all it is written once."""
    roles = "; ".join(" ".join(party.roles) for party in parties)
    scopes = [party.scope for party in parties if party.scope != OWN_SCOPE]
    return roles, scopes[0] if len(set(scopes)) == 1 else "; ".join(scopes)


def limit_text(limit: Limit) -> str:
    """`3wd` or `48h`."""
    return f"{limit.amount}{limit.unit}"


def sign_text(sign: Sign) -> str:
    """`all`, `vote:60`; nothing for one claimant."""
    if sign.mode == "vote":
        return f"vote:{sign.share}"
    return "" if sign.mode == "one" else sign.mode


def outcomes_text(ways: Iterable[Way | Outcome]) -> str:
    """`approve:同意 return:退回补正`; blanks would part one outcome into two. Raises Invalid."""
    labels = {way.key: "".join(way.label.split()) for way in ways}
    for key, label in labels.items():
        if len(label) > LABEL_LENGTH:
            words = f"办理结果的文字不超过 {LABEL_LENGTH} 个字"
            raise Invalid(words, {f"label_{key}": words})
    return " ".join(f"{key}:{label or LABELS.get(key, key)}" for key, label in labels.items())
