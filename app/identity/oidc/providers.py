"""The providers that the installation names: at most one for each door, and none by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Door = Literal["staff", "public"]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people at one of the two doors, and how we make ourselves known there."""

    door: Door
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    """What people call it: 市民e家."""
    patience: float = 8.0
    """Seconds that all it is asked for one sign-in may take together."""


_known: dict[Door, Provider] = {}


def use(door: Door, provider: Provider | None) -> None:
    """Name the provider of a door; set once, when the product starts."""
    _known.pop(door, None)
    if provider is not None:
        _known[door] = provider


def of(door: Door) -> Provider | None:
    """The provider of this door."""
    return _known.get(door)


def label(issuer: str) -> str:
    """What people call an issuer; by its address, if it is not one of ours any more."""
    named = (one.label for one in _known.values() if one.issuer == issuer)
    return next(named, issuer.partition("://")[2])
