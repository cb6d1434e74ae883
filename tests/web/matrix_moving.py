"""Rows of both sheets about moving running cases onto a newer version of their flow."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /flows/versions/{local}/move            i ff ffff fff fff fff sf ff f sf
GET  /flows/moves/{move}                     i ff ffff fff fff fff sf ff f sf
"""

WRITES = """
POST /flows/versions/{local}/move            i ff ffff fff fff fff rf ff f rf
POST /flows/moves/{move}/undo                i ff ffff fff fff fff sf ff f sf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
Who publishes for the unit
GET  /flows/versions/{local}/move
GET  /flows/moves/{move}
=                                            fff ffff ff ffff ff fsf ffffff ff sf
"""
RANKS_WRITE = """
POST /flows/moves/{move}/undo
=                                            fff ffff ff ffff ff fsf ffffff ff sf

Refused here: no case is chosen
POST /flows/versions/{local}/move
=                                            fff ffff ff ffff ff frf ffffff ff rf
"""


def sent(_path: str) -> object:
    """What goes with a writing row: nothing is chosen."""
    return {"which": "chosen", "reason": "试"}
