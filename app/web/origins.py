"""Addresses that a browser names: read without trusting that they are any, or lead to us."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NOWHERE = SplitResult("", "", "", "", "")


def parts(address: str | None) -> SplitResult:
    """The address taken apart; nothing where it is none (`http://[`), which anybody may send."""
    try:
        return urlsplit(address or "")
    except ValueError:
        return _NOWHERE


def safe_next(wanted: str | None, otherwise: str) -> str:
    """A page of ours to go on to; anything that could lead elsewhere is dropped."""
    path = wanted or ""
    ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    plain = path.isprintable() and "\\" not in path
    if not (ours and plain):
        return otherwise
    found = parts(path)
    return path if found.path and not found.scheme and not found.netloc else otherwise
