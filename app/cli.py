"""The command line: each word a line or two onto a command. `manage.py` hands over to it."""

from __future__ import annotations

import json
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app

from app import clock, first_start
from app.cli_flows import flow, refused
from app.db import db, session
from app.errors import Conflict, Refusal
from app.identity import audit as identity_audit
from app.identity.commands.passwords import rescue as rescue_account
from app.identity.commands.people import issue_first_run_code
from app.identity.commands.resealing import reseal as reseal_store
from app.migrating import migrate as migrate_store
from app.workflow import anchors, attachments, jobs, publishing
from app.workflow.commands.anchoring import anchor_records
from app.workflow.commands.erasing import erase_person
from app.workflow.commands.upkeep import (
    fill_vacancies,
    forget_old,
    free_idle,
    free_stranded,
)
from app.workflow.queries import checking
from app.workflow.queries.audit import check_cases

REST = 1.0
ROUND_EVERY = 3600.0


def install(app: Flask) -> None:
    """Give the app its words."""
    for word in (
        migrate,
        first_run_code,
        rescue,
        worker,
        publish,
        flow,
        audit,
        erase,
        reseal,
        check_store,
    ):
        app.cli.add_command(word)


@click.command("migrate")
def migrate() -> None:
    """Bring the store to the newest structure; give an empty one places, units and flows."""
    migrate_store(db.engine)
    first_start.fill(clock.now())


@click.command("first-run-code")
def first_run_code() -> None:
    """Print the code that the first-run page asks for; nothing once somebody has an account."""
    try:
        click.echo(issue_first_run_code(at=clock.now()))
    except Conflict:
        return


@click.command("rescue")
@click.argument("account")
def rescue(account: str) -> None:
    """Print a one-time password for anybody on the staff; whoever may run this owns the server."""
    try:
        click.echo(rescue_account(account, at=clock.now()))
    except Refusal as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)


@click.command("worker")
def worker() -> None:
    """Do background work until told to stop; finishes the job at hand first."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, stop)
    next_round = time.monotonic()
    while not stopping:
        if time.monotonic() >= next_round:
            _keep_house()
            next_round = time.monotonic() + ROUND_EVERY
        done = jobs.run_due(clock.now())
        db.session.remove()
        if not done:
            time.sleep(REST)


_ROUND = (
    forget_old, free_stranded, free_idle, fill_vacancies, attachments.sweep, anchor_records,
)  # fmt: skip
"""What is done now and then: old rows go, stranded tasks return, records are anchored."""


def _keep_house() -> None:
    for done in _ROUND:
        with suppress(Conflict):  # another worker was first, or somebody has what it would take
            done(at=clock.now())


@click.command("publish")
@click.option("--unit", required=True, help="单位名称或代码，如 西陵区 或 420502")
@click.option("--reason", default="", help="为什么发布这一版")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def publish(unit: str, reason: str, files: tuple[Path, ...]) -> None:
    """Publish a process for a unit: its BPMN, and the decisions and forms that changed."""
    try:
        version = publishing.publish_from_disk(unit, files, reason, at=clock.now())
    except Refusal as refusal:
        refused(refusal)
    click.echo(f"已发布：{version.title} 第 {version.number} 版")


@click.command("audit")
@click.argument("word", type=click.Choice(["verify"]))
@click.option("--head", default="", help="以前记下的链头，用来发现被截断的记录")
@click.option(
    "--anchors",
    "copies",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="另处保存的锚定文件所在的目录",
)
def audit(word: str, head: str, copies: tuple[Path, ...]) -> None:
    """Verify every record: the chains, what was submitted, and the anchors of every day."""
    broken = check_cases(session())
    verdict = identity_audit.verify(head)
    loose = list(anchors.faults(session(), *copies))
    for found in broken:
        click.echo(f"办件 {found.case_id} 第 {found.seq} 条：{found.fault}", err=True)
    if not verdict.sound:
        click.echo(f"操作日志从第 {verdict.broken} 条起不可信", err=True)
    for fault in loose:
        click.echo(fault, err=True)
    summary = {
        "cases_broken": len(broken),
        "log_entries": verdict.entries,
        "log_head": verdict.head,
        "anchors_broken": len(loose),
    }
    click.echo(json.dumps(summary, ensure_ascii=False))
    if broken or loose or not verdict.sound:
        sys.exit(1)


@click.command("erase")
@click.argument("who")
def erase(who: str) -> None:
    """Erase a person, named by account, telephone number or id; it cannot be undone."""
    try:
        erase_person(who, at=clock.now())
    except Refusal as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)


@click.command("reseal")
def reseal() -> None:
    """Seal everything with the key of today; stop it and begin again as you like."""

    def tell(table: str, count: int) -> None:
        click.echo(f"  {table}：{count}")

    done = reseal_store(tell, at=clock.now())
    for table, count in done.lost.items():
        click.echo(f"{table}：{count} 处用现有的密钥打不开", err=True)
    if not done.whole:
        sys.exit(1)
    click.echo(f"已全部改用新密钥：密文 {done.texts.total()} 处，检索值 {done.indexes} 个")


@click.command("check-store")
def check_store() -> None:
    """Check that every reference leads somewhere and every file is there: after a restore."""
    found = list(checking.faults(session(), current_app.extensions["config"].data))
    for fault in found:
        click.echo(fault, err=True)
    if found:
        sys.exit(1)
    click.echo("引用、附件、文书、密钥：完整")
