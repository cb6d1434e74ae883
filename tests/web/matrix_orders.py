"""The rows of the matrix about hazards and the orders to put them right, and their scene."""

from __future__ import annotations

import io
from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.workflow.models import Attachment
from tests.smallworks.rectifications import orders
from tests.smallworks.town import Town
from tests.workflow.hostile_files import picture

NOON = datetime.fromisoformat("2026-11-23T04:00:00+00:00")

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /hazards                            i ff ssss sss sss sss ff ss s ff
GET  /hazards/{mended}                   i ff sssn ssn ssn sns ff sn s ff
GET  /hazards/nobody                     i ff nnnn nnn nnn nnn ff nn n ff
GET  /rectifications/{order}             i sn sssn ssn ssn sns nn sn s nn
GET  /rectifications/{order}/photos/{after} i sn sssn ssn ssn sns nn sn s nn
"""

WRITES = """
POST /rectifications/{order}/hazards/{flaw}/answer   i fn fffn ffn ffn fnf nn fn f nn
POST /rectifications/{order}/hazards/{flaw}/photos   i fn fffn ffn ffn fnf nn fn f nn
POST /rectifications/{order}/photos/{after}/remove   i nn nnnn nnn nnn nnn nn nn n nn
POST /rectifications/{order}/report                  i fn fffn ffn ffn fnf nn fn f nn
POST /rectifications/{check}/hazards/{seen}/verdict  i fn srfn ffn ffn fnf nn fn f nn
POST /rectifications/{check}/conclude                i fn srfn ffn ffn fnf nn fn f nn
POST /hazards/{mended}/reopen                        i ff ssfn ssn ssn sns ff ff s ff
"""
"""The addressee, who alone may answer, has no column: see tests/smallworks/rectifications."""


def furnish(things: dict[str, str]) -> None:
    """One order in its second round, and one that 陆远秋 is re-inspecting."""
    town = Town(NOON)
    order = orders.order_at(town, "江畔花园 6 号装修", "person_helmet", "order_stack")
    orders.report(town, order)
    orders.conclude(town, order, 2)
    mended, flaw = orders.hazards_of(order)
    check = orders.order_at(town, "江畔花园 7 号装修", "person_helmet")
    orders.report(town, check)
    (seen,) = orders.hazards_of(check)
    orders.judge(town, check, seen, "pass")
    after = select(Attachment.id).where(
        Attachment.case_id == order.id, Attachment.field.startswith("answer:")
    )
    things |= {
        "order": order.id, "check": check.id, "mended": mended.id, "flaw": flaw.id,
        "seen": seen.id, "after": session().scalars(after.order_by(Attachment.id)).all()[0],
    }  # fmt: skip


def sent(path: str) -> object:
    """What goes with a writing row."""
    plain: dict[str, object] = {
        "answer": {"text": "已装好护栏"},
        "photos": {"photos": (io.BytesIO(picture()), "整改后.jpg")},
        "verdict": {"verdict": "pass"},
        "report": {"outcome": "submit"},
        "conclude": {"outcome": "conclude", "checkers": "陆远秋、佘存栋"},
        "reopen": {"reason": "护栏又被拆了，临边没有防护"},
    }
    return plain.get(path.rpartition("/")[2]) if "{" in path else None
