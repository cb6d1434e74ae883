"""The rows of both sheets about talking beside the flow: who copies, asks, urges and comments.

Whoever handles a case or watches over its place, of those who read it; its owner urges only.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /copies                             i nn ssss sss sss sss ss ss s ss
GET  /opinions                           i nn ssss sss sss sss ss ss s ss
GET  /cases/{case}/copy                  i fn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/ask                   i fn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/comment               i fn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/urge                  i sn ffsn sfn fsn fns nn sn f nn
GET  /cases/{case}/answer                i fn fffn ffn ffn fnf nn fn f nn
"""

WRITES = """
POST /cases/{case}/copy                  i fn sssn ssn ssn sns nn sn s nn
POST /cases/{case}/ask                   i fn sssn ssn ssn sns nn sn s nn
POST /cases/{case}/comment               i fn sssn ssn ssn sns nn sn s nn
POST /cases/{case}/urge                  i sn ffsn sfn fsn fns nn sn f nn
POST /cases/{case}/answer                i fn fffn ffn ffn fnf nn fn f nn
POST /cases/{case}/seen                  i nn nnnn nnn nnn nnn nn nn n nn
POST /api/v1/cases/{case}/copy           i fn sssn ssn ssn sns nn sn s nn
POST /api/v1/cases/{case}/ask            i fn sssn ssn ssn sns nn sn s nn
POST /api/v1/cases/{case}/comment        i fn sssn ssn ssn sns nn sn s nn
POST /api/v1/cases/{case}/urge           i sn ffsn sfn fsn fns nn sn f nn
POST /api/v1/cases/{case}/answer         i fn fffn ffn ffn fnf nn fn f nn
POST /api/v1/cases/{case}/seen           i nn nnnn nnn nnn nnn nn nn n nn
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
GET  /copies
GET  /opinions
=                                        sss ssss ss ssss ss sss ssssss ss ss

Reading, and task:decide or case:supervise over the place and trade
GET  /cases/{case}/copy
GET  /cases/{case}/ask
GET  /cases/{case}/comment
=                                        nnn snnn nn sssn nn sns sssssn sn nn

Leaders, heads of departments, administrators and supervisors watch
GET  /cases/{case}/urge
=                                        nnn snnn nn fssn nn sns fsfssn fn nn

Nobody was asked
GET  /cases/{case}/answer
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn
"""

RANKS_WRITE = """
POST /cases/{case}/copy
POST /cases/{case}/ask
POST /cases/{case}/comment
POST /api/v1/cases/{case}/copy
POST /api/v1/cases/{case}/ask
POST /api/v1/cases/{case}/comment
=                                        nnn snnn nn sssn nn sns sssssn sn nn

POST /cases/{case}/urge
POST /api/v1/cases/{case}/urge
=                                        nnn snnn nn fssn nn sns fsfssn fn nn

POST /cases/{case}/answer
POST /api/v1/cases/{case}/answer
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn

POST /cases/{case}/seen
POST /api/v1/cases/{case}/seen
=                                        nnn nnnn nn nnnn nn nnn nnnnnn nn nn
"""


def sent(path: str) -> object:
    """What goes with a writing row: the auditor reads nothing, so that a copy is news to them."""
    if path.startswith("/api/"):
        return {
            "copy": {"to": ["duxiaoxue"]},
            "ask": {"to": ["duxiaoxue"], "text": "如何"},
            "seen": None,
        }.get(path.rpartition("/")[2], {"text": "如何"})
    return {"to": "duxiaoxue", "text": "如何", "days": "2"}
