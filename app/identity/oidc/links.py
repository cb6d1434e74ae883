"""Ending the links of somebody whose account an administrator takes in hand."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.identity.account_models import PersonLink


def cut(work: Session, person_id: str) -> None:
    """Whoever comes next through a provider is looked for by telephone again.

    Otherwise a number that stood in an account for a day would open it for ever.
    """
    work.execute(delete(PersonLink).where(PersonLink.person_id == person_id))
