"""Rows of both sheets about drafts of flows: who draws, checks, publishes and gives up."""

from __future__ import annotations

import io

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /flows/filing/draft/{unit}              i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/drawing.bpmn i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/check        i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/publish      i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/table        i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/table/city_review/change i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/files        i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/files/risk.dmn i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/decision/risk.dmn i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/form/smallworks/review i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/form/smallworks/review/field/opinion i ff ffff fff fff fff sf fff sf
GET  /flows/filing/draft/{unit}/differences  i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/trial        i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/trial/run    i ff ffff fff fff fff rf ff f rf
GET  /flows/filing/draft/{unit}/replay       i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/examples     i ff ffff fff fff fff sf ff f sf
GET  /flows/filing/draft/{unit}/replay/same  i ff ffff fff fff fff nf ff f nf
GET  /flows/compare?after={version}          i ff ffff fff fsf ffs ss ss f sf
"""

WRITES = """
POST /flows/filing/draft                     i ff ffff fff fff fff sf ff f sf
POST /flows/filing/draft/{unit}/save         i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/open         i ff ffff fff fff fff sf ff f sf
POST /flows/filing/draft/{unit}/upload       i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/publish      i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/files/drop   i ff ffff fff fff fff sf ff f sf
POST /flows/filing/draft/{unit}/decision/risk.dmn i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/form/smallworks/review i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/form/smallworks/review/field/opinion i ff ffff fff fff fff sf fff sf
POST /flows/filing/draft/{unit}/table/city_review/change i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/undo         i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/discard      i ff ffff fff fff fff sf ff f sf
POST /flows/filing/draft/{unit}/replay       i ff ffff fff fff fff sf ff f sf
POST /flows/filing/draft/{unit}/replay/cancel i ff ffff fff fff fff nf ff f nf
POST /flows/filing/draft/{unit}/examples     i ff ffff fff fff fff rf ff f rf
POST /flows/filing/draft/{unit}/examples/none/remove i ff ffff fff fff fff nf ff f nf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
The keepers' alone, as any change of a flow
GET  /flows/filing/draft/{unit}
GET  /flows/filing/draft/{unit}/drawing.bpmn
GET  /flows/filing/draft/{unit}/check
GET  /flows/filing/draft/{unit}/publish
GET  /flows/filing/draft/{unit}/table
GET  /flows/filing/draft/{unit}/table/city_review/change
GET  /flows/filing/draft/{unit}/files
GET  /flows/filing/draft/{unit}/files/risk.dmn
GET  /flows/filing/draft/{unit}/decision/risk.dmn
GET  /flows/filing/draft/{unit}/form/smallworks/review
GET  /flows/filing/draft/{unit}/form/smallworks/review/field/opinion
GET  /flows/filing/draft/{unit}/differences
GET  /flows/filing/draft/{unit}/trial
GET  /flows/filing/draft/{unit}/replay
GET  /flows/filing/draft/{unit}/examples
=                                            fff ffff ff ffff ff fsf ffffff ff sf

Nothing was replayed yet
GET  /flows/filing/draft/{unit}/replay/same
=                                            fff ffff ff ffff ff fnf ffffff ff nf

A trial without a place is refused
GET  /flows/filing/draft/{unit}/trial/run
=                                            fff ffff ff ffff ff frf ffffff ff rf

Comparing versions is reading them
GET  /flows/compare?after={version}
=                                            fff ffff sf ffff ff sss fsffff ff sf
"""
RANKS_WRITE = """
POST /flows/filing/draft
POST /flows/filing/draft/{unit}/open
POST /flows/filing/draft/{unit}/files/drop
POST /flows/filing/draft/{unit}/form/smallworks/review/field/opinion
POST /flows/filing/draft/{unit}/discard
POST /flows/filing/draft/{unit}/replay
=                                            fff ffff ff ffff ff fsf ffffff ff sf

None runs that could be stopped, none is pinned
POST /flows/filing/draft/{unit}/replay/cancel
POST /flows/filing/draft/{unit}/examples/none/remove
=                                            fff ffff ff ffff ff fnf ffffff ff nf

Refused here: nothing is sent, a file that is no drawing, no edit, and what is in force already
POST /flows/filing/draft/{unit}/save
POST /flows/filing/draft/{unit}/upload
POST /flows/filing/draft/{unit}/publish
POST /flows/filing/draft/{unit}/decision/risk.dmn
POST /flows/filing/draft/{unit}/form/smallworks/review
POST /flows/filing/draft/{unit}/table/city_review/change
POST /flows/filing/draft/{unit}/examples
POST /flows/filing/draft/{unit}/undo
=                                            fff ffff ff ffff ff frf ffffff ff rf
"""


def sent(path: str) -> object:
    """What goes with a writing row: a draft as it was begun, and nothing changed in it."""
    if path.endswith("/draft"):
        return {"unit": "{unit}"}
    if path.endswith("/replay"):
        return {"since": "2026-09-01", "until": "2026-11-20"}
    if path.endswith("/upload"):
        return {"revision": "1", "files": (io.BytesIO(b"no drawing"), "filing.bpmn")}
    return {"revision": "1", "reason": "试"}
