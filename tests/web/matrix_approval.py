"""Rows of both sheets about flows that wait for approval: who sees, approves, returns them."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /flows/requests                         i ff ffff fff fff fff ss ff f sf
GET  /flows/requests/{request}               i ff ffff fff fff fff sf ff f sf
GET  /flows/requests/{request}/drawing.bpmn  i ff ffff fff fff fff sf ff f sf
GET  /flows/requests/{request}/files.zip     i ff ffff fff fff fff sf ff f sf
GET  /api/v1/flow-requests/{request}         i ff ffff fff fff fff sf ff f sf
"""

WRITES = """
POST /flows/requests/rule                    i ff ffff fff fff fff ff ff f sf
POST /flows/requests/{request}/approve       i ff ffff fff fff fff ff ff f sf
POST /flows/requests/{request}/return        i ff ffff fff fff fff ff ff f sf
POST /flows/requests/{request}/withdraw      i ff ffff fff fff fff sf ff f ff
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
Who keeps flows of the city or of the unit that asked
GET  /flows/requests
GET  /flows/requests/{request}
GET  /flows/requests/{request}/drawing.bpmn
GET  /flows/requests/{request}/files.zip
GET  /api/v1/flow-requests/{request}
=                                            fff ffff ff ffff ff fsf ffffff ff sf
"""
RANKS_WRITE = """
The city's keepers alone, whoever else keeps flows
POST /flows/requests/rule
POST /flows/requests/{request}/approve
POST /flows/requests/{request}/return
=                                            fff ffff ff ffff ff fsf ffffff ff sf

Who asked takes it back; the city returns it
POST /flows/requests/{request}/withdraw
=                                            fff ffff ff ffff ff fff ffffff ff ff
"""


def sent(_path: str) -> object:
    """What goes with a writing row: what stands there, and a reason."""
    return {"unit": "{city}", "approves": "yes", "seen": "{stands}", "words": "试"}
