"""Flows on the command line: written into a folder, compared with one, published from one."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy import select

from app import clock
from app.db import session
from app.errors import BrokenProcess, Forbidden, Invalid, NotFound, Refusal
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.queries import ABLE, actor_for
from app.workflow import flow_exchange, publishing
from app.workflow.flow_exchange import Carried
from app.workflow.publishing import Publishing

_ADDRESS = "manage.py flow import"
_unit = click.option("--unit", required=True, help="单位名称或代码，如 宜昌市 或 420502")
_only = click.option("--process", "only", default="", help="只要这一个流程，如 filing")
_folder = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group("flow", help="把流程写成文件放进 git，比较，或者从文件发布")
def flow() -> None:
    """Files of flows in bpmn/ and forms/, so that git can keep them."""


@flow.command("export", help="把一个单位现行的流程写进文件夹")
@_unit
@_only
@_folder
def export(unit: str, only: str, folder: Path) -> None:
    """Write the flows in force for a unit into a folder."""
    try:
        where = publishing.unit_called(unit)
        count, written = flow_exchange.lay_down(session(), where, folder, only, at=clock.now())
    except Refusal as refusal:
        refused(refusal)
    for place in written:
        click.echo(place)
    click.echo(f"{where.name}现行流程 {count} 个，更新文件 {len(written)} 个")


@flow.command("diff", help="从文件夹发布会改什么；有不同时以 1 结束")
@_unit
@_only
@_folder
def diff(unit: str, only: str, folder: Path) -> None:
    """Say what publishing from the folder would change; exit 1 where that is anything."""
    try:
        where = publishing.unit_called(unit)
        found = flow_exchange.differing(session(), where, folder, only, at=clock.now())
    except Refusal as refusal:
        refused(refusal, code=2)
    _say(found)
    sys.exit(1 if found else 0)


@flow.command("import", help="检查并发布文件夹里与现行不同的流程")
@_unit
@_only
@click.option("--by", "account", required=True, help="以谁的名义发布：系统后台管理员的账号")
@click.option("--reason", required=True, help="改了什么、为什么改")
@click.option("--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="施行日期；不填立即施行")
@click.option("--despite", is_flag=True, help="有需要确认的事项也发布，如样例不再成立")
@click.option("--dry-run", "dry", is_flag=True, help="只检查，说明会改什么，不发布")
@_folder
def import_(folder: Path, unit: str, only: str, dry: bool, account: str, **how: Any) -> None:
    """Publish from a folder what is otherwise there, through the same check as everybody."""
    at = clock.now()
    try:
        actor, where = _keeper(account, at), publishing.unit_called(unit)
        found = flow_exchange.differing(session(), where, folder, only, at=at)
        _say(found)
        if dry:
            flow_exchange.judge(where.id, found, despite=how["despite"], at=at)
            return
        made = flow_exchange.bring_in(actor, where.id, found, _asked(**how), at=at)
    except Refusal as refusal:
        refused(refusal)
    for version in made:
        click.echo(f"已发布：{version.title} 第 {version.number} 版")


def _asked(reason: str, despite: bool, day: datetime | None) -> Publishing:
    return Publishing(reason, despite, day.date() if day else None)


def _keeper(account: str, at: datetime) -> Actor:
    """Somebody of the staff who can sign in. What they may publish is asked as of anybody."""
    wanted = select(Person.id).where(Person.account == account, Person.staff, Person.status == ABLE)
    person = session().scalars(wanted).one_or_none()
    if person is None:
        raise NotFound(f"没有账号“{account}”，或者已经停用")
    actor = actor_for(person, at, _ADDRESS)
    if actor.must_change:
        raise Forbidden(f"账号“{account}”还没有登录改过密码，不能以它的名义发布")
    return actor


def _say(found: list[Carried]) -> None:
    for one in found:
        click.echo(f"{one.key}：")
        for difference in one.differences:
            click.echo(f"  {difference.text}")
    if not found:
        click.echo("没有不同")


def refused(refusal: Refusal, code: int = 1) -> NoReturn:
    """Say why it is refused, and end."""
    click.echo(refusal.message, err=True)
    for found in refusal.findings if isinstance(refusal, BrokenProcess) else ():
        click.echo(f"  [{found.code}] {found.element}: {found.told}", err=True)
    for words in refusal.fields.values() if isinstance(refusal, Invalid) else ():
        click.echo(f"  {words}", err=True)
    sys.exit(code)
