"""Who can sign in to the sample: a file for whoever runs it, a short table on the screen."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from unicodedata import east_asian_width

import click

from app.smallworks.sample.people import Member, unit_of

COLUMNS = ("account", "password", "name", "role", "unit", "position")
PUBLIC = "群众"
_SHOWN = (
    "wenjingming", "guqingyue", "luochengyan", "chengyanbei", "jiangwenxi", "dumingxu",
    "luoyizhou", "lisongyun", "wangnianhe", "13800000001", "13800000006",
)  # fmt: skip
"""One for each step of the chain, and an owner and a firm."""
_WIDTHS = (13, 14, 6, 26, 18, 8)


def write(path: Path, members: tuple[Member, ...]) -> None:
    """Write every sign-in; only the product's own account may read the file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.chmod(path, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(map(_row, members))


def show(members: tuple[Member, ...]) -> None:
    """Print the sign-ins by which the whole chain can be walked."""
    rows = [_row(member) for member in members if member.account in _SHOWN]
    click.echo("\n示例账号（密码只属于这份数据，全部账号见 sample-accounts.csv）：")
    for row in [("账号", "密码", "姓名", "角色", "单位", "职务"), *rows]:
        cells = [_padded(text, width) for text, width in zip(row, _WIDTHS, strict=True)]
        click.echo(f"  {'  '.join(cells)}".rstrip())


def _row(member: Member) -> tuple[str, ...]:
    if member.key:
        return (member.account, member.password, member.name, PUBLIC, "", "")
    unit = unit_of(member.unit).name
    words = (member.role_words, unit, member.position_words)
    return (member.account, member.password, member.name, *words)


def _padded(text: str, width: int) -> str:
    """Filled up with blanks; a Chinese character takes two columns."""
    wide = sum(east_asian_width(sign) in "WF" for sign in text)
    return text + " " * max(0, width - len(text) - wide)
