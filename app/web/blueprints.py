"""Every room of the generic product, in the order in which its addresses are looked up."""

from __future__ import annotations

from flask import Blueprint

from app.web import (
    accounts,
    annexes,
    apply,
    beside,
    calendar,
    cases,
    diagrams,
    explain,
    factor,
    flows,
    front,
    handover,
    health,
    hiring,
    links,
    notices,
    overview,
    people,
    posts,
    rights,
    service,
    session,
    settings,
    staffing,
    tasks,
)
from app.web.api import bp as api

BLUEPRINTS: tuple[Blueprint, ...] = (
    front.bp,
    session.bp,
    factor.bp,
    service.bp,
    apply.bp,
    tasks.bp,
    cases.bp,
    beside.bp,
    explain.bp,
    staffing.bp,
    diagrams.bp,
    flows.bp,
    overview.bp,
    settings.bp,
    calendar.bp,
    people.bp,
    hiring.bp,
    posts.bp,
    rights.bp,
    accounts.bp,
    handover.bp,
    annexes.bp,
    notices.bp,
    links.bp,
    api,
    health.bp,
)
