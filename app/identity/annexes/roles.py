"""The column 角色: one role for all of a row, or one for each position. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.identity.annexes.cells import is_empty, pieces
from app.identity.annexes.folding import folded, label
from app.identity.annexes.layouts import POSITION_HEADS, ROLE_WORDS

UNKNOWN = "没有“{}”这个角色，请从附件4的角色中选"
UNEVEN = "角色写了{}个，与人员职务对不上；请只写一个，或按分管领导、负责人、巡查（安控）人员逐个写"


def roles_by_position(text: str, positions: Sequence[str]) -> tuple[dict[str, str], str]:
    """Position -> role (none where the cell is blank), and what is wrong with the cell."""
    if is_empty(text):
        return {}, ""
    said = pieces(text)
    labelled = [_labelled(piece) for piece in said]
    unknown = [said[at] for at, (_, role) in enumerate(labelled) if not role]
    if unknown:
        return {}, UNKNOWN.format(unknown[0])
    roles = [role for _, role in labelled]
    if all(position for position, _ in labelled):
        return {position: role for position, role in labelled if position}, ""
    if len(set(roles)) == 1:
        return dict.fromkeys(positions, roles[0]), ""
    if len(roles) == len(positions):
        return dict(zip(positions, roles, strict=True)), ""
    return {}, UNEVEN.format(len(roles))


def _labelled(piece: str) -> tuple[str, str]:
    """(position, role) of 负责人：区级政府用户; without a position where none is named."""
    plain = folded(piece)
    if plain in ROLE_WORDS:
        return "", ROLE_WORDS[plain]
    before, _, after = plain.rpartition(":")
    position = next((key for word, key in POSITION_HEADS if label(before) == word), "")
    return position, ROLE_WORDS.get(folded(after), "") if position else ""
