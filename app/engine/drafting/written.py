"""Policies as the attributes of a drawing write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.engine.drafting.requests import Way
from app.engine.policy import OWN_SCOPE
from app.engine.policy_words import LABELS
from app.engine.types import Limit, Outcome, Party, Sign


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
    """`approve:同意 return:退回补正`; blanks would part one outcome into two."""
    return " ".join(
        f"{way.key}:{''.join(way.label.split()) or LABELS.get(way.key, way.key)}" for way in ways
    )
