"""The rows of `matrix_table` about steering: who sends back, takes back, jumps, ends, suspends."""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /tasks/{task}/send-back             i ff rrff fff fff fff ff ff f ff
GET  /tasks/{task}/recall                i fn fffn ffn ffn fnf nn fn f nn
GET  /cases/{case}/jump                  i ff ffff fff fsf fff ff ff f ff
GET  /cases/{case}/terminate             i ff ffff fff fsf fff ff ff f ff
GET  /cases/{case}/unbar                 i ff ffff fff frf fff ff ff f ff
GET  /cases/{case}/suspend               i ff ffsf sfn fsf ffs ff sn f ff
GET  /cases/{case}/resume                i ff ffrf rfn frf ffr ff rn f ff
"""

WRITES = """
POST /tasks/{task}/send-back             i ff rrff fff fff fff ff ff f ff
POST /tasks/{task}/recall                i fn fffn ffn ffn fnf nn fn f nn
POST /cases/{case}/jump                  i ff ffff fff frf fff ff ff f ff
POST /cases/{case}/terminate             i ff ffff fff fsf fff ff ff f ff
POST /cases/{case}/unbar                 i ff ffff fff frf fff ff ff f ff
POST /cases/{case}/suspend               i ff ffsf sfn fsf ffs ff sn f ff
POST /cases/{case}/resume                i ff ffrf rfn frf ffr ff rn f ff
POST /api/v1/tasks/{task}/send-back      i ff rrff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/recall         i fn fffn ffn ffn fnf nn fn f nn
POST /api/v1/cases/{case}/jump           i ff ffff fff frf fff ff ff f ff
POST /api/v1/cases/{case}/terminate      i ff ffff fff fsf fff ff ff f ff
POST /api/v1/cases/{case}/unbar          i ff ffff fff frf fff ff ff f ff
POST /api/v1/cases/{case}/suspend        i ff ffsf sfn fsf ffs ff sn f ff
POST /api/v1/cases/{case}/resume         i ff ffrf rfn frf ffr ff rn f ff
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
GET  /tasks/{task}/send-back
=                                        fff ffff ff ffff ff fff ffffff ff ff
GET  /tasks/{task}/recall
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn
GET  /cases/{case}/jump
=                                        fff ffff nf ffff ff sff ffffff ff ff
GET  /cases/{case}/terminate
=                                        fff ffff nf ffff ff sff ffffff ff ff
GET  /cases/{case}/unbar
=                                        fff ffff nf ffff ff rff ffffff ff ff
GET  /cases/{case}/suspend
=                                        fnf sfnf nf fssf nf sfs fsfssn ff ff
GET  /cases/{case}/resume
=                                        fnf rfnf nf frrf nf rfr frfrrn ff ff
"""
RANKS_WRITE = """
POST /tasks/{task}/send-back
=                                        fff ffff ff ffff ff fff ffffff ff ff
POST /tasks/{task}/recall
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn
POST /cases/{case}/jump
=                                        fff ffff nf ffff ff rff ffffff ff ff
POST /cases/{case}/terminate
=                                        fff ffff nf ffff ff sff ffffff ff ff
POST /cases/{case}/unbar
=                                        fff ffff nf ffff ff rff ffffff ff ff
POST /cases/{case}/suspend
=                                        fnf sfnf nf fssf nf sfs fsfssn ff ff
POST /cases/{case}/resume
=                                        fnf rfnf nf frrf nf rfr frfrrn ff ff
POST /api/v1/tasks/{task}/send-back
=                                        fff ffff ff ffff ff fff ffffff ff ff
POST /api/v1/tasks/{task}/recall
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn
POST /api/v1/cases/{case}/jump
=                                        fff ffff nf ffff ff rff ffffff ff ff
POST /api/v1/cases/{case}/terminate
=                                        fff ffff nf ffff ff sff ffffff ff ff
POST /api/v1/cases/{case}/unbar
=                                        fff ffff nf ffff ff rff ffffff ff ff
POST /api/v1/cases/{case}/suspend
=                                        fnf sfnf nf fssf nf sfs fsfssn ff ff
POST /api/v1/cases/{case}/resume
=                                        fnf rfnf nf frrf nf rfr frfrrn ff ff
"""


def sent(path: str) -> object:
    """What goes with a writing row: a step that is not there, and a reason."""
    reason: dict[str, object] = {"reason": "写明理由"}
    steps = path.endswith(("/send-back", "/jump"))
    if path.endswith("/unbar"):
        return reason | {"person": "nobody"}
    return {} if path.endswith("/recall") else reason | ({"to": "nowhere"} if steps else {})
