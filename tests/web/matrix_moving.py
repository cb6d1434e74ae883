"""Rows of both sheets about moving running cases onto a newer version of their flow."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /flows/versions/{local}/move            i ff ffff fff fff fff sf ff f sf
GET  /flows/moves/{move}                     i ff ffff fff fff fff sf ff f sf
GET  /api/v1/moves/{move}                    i ff ffff fff fff fff sf ff f sf
"""

WRITES = """
POST /flows/versions/{local}/move            i ff ffff fff fff fff rf ff f rf
POST /flows/moves/{move}/undo                i ff ffff fff fff fff sf ff f sf
POST /api/v1/versions/{local}/moves/preview  i ff ffff fff fff fff sf ff f sf
POST /api/v1/versions/{local}/moves          i ff ffff fff fff fff rf ff f rf
POST /api/v1/moves/{move}/undo               i ff ffff fff fff fff sf ff f sf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
Who publishes for the unit
GET  /flows/versions/{local}/move
GET  /flows/moves/{move}
GET  /api/v1/moves/{move}
=                                            fff ffff ff ffff ff fsf ffffff ff sf
"""
RANKS_WRITE = """
POST /flows/moves/{move}/undo
POST /api/v1/moves/{move}/undo
POST /api/v1/versions/{local}/moves/preview
=                                            fff ffff ff ffff ff fsf ffffff ff sf

Refused here: no case is chosen, or none that there is
POST /flows/versions/{local}/move
POST /api/v1/versions/{local}/moves
=                                            fff ffff ff ffff ff frf ffffff ff rf
"""


def sent(path: str) -> object:
    """What goes with a writing row: nothing is chosen, or nothing that there is."""
    if path.startswith("/api"):
        order = {"reason": "试", "cases": [{"case_id": "nobody", "seq": 0}]}
        return order if path.endswith("/moves") else {}
    return {"which": "chosen", "reason": "试"}
