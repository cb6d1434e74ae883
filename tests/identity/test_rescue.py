"""The word of the command line that helps an administrator who is locked out."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands
from app.identity.commands import Credentials
from tests.identity.people import HERE, first


def test_whoever_owns_the_server_gets_an_administrator_back_in(
    app: Flask, work: Session, noon: datetime
) -> None:
    first(noon)
    done = app.test_cli_runner().invoke(args=["rescue", "ningyuanshan"])
    assert done.exit_code == 0
    given = Credentials("ningyuanshan", done.output.strip(), "staff")
    assert commands.sign_in(given, HERE, at=clock.now()).must_change


def test_an_unknown_account_is_said(app: Flask, work: Session) -> None:
    done = app.test_cli_runner().invoke(args=["rescue", "nobodyhere"])
    assert done.exit_code == 1
    assert "nobodyhere" in done.output
