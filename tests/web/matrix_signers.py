"""The rows of `matrix_table` about signers: who adds and takes out whom, who names for a tray.

The task lies with the community: its own people add to it. Keepers of units and whoever watches
over a place look into trays; there is somebody for this task, so that nobody is named.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /tasks/{task}/add-signer            i ff ssfn ffn ffn fnf ff ff f ff
GET  /cases/{case}/remove-signer         i ff fffn ffn ffn fnf ff fn f ff
GET  /tasks/{task}/assign                i ff ffff ffn fff ffn fn fn f ff
GET  /vacancies                          i ff ffsf sfs fsf ffs ss ss f sf
"""

WRITES = """
POST /tasks/{task}/add-signer            i ff rrff fff fff fff ff ff f ff
POST /cases/{case}/remove-signer         i ff fffn ffn ffn fnf ff fn f ff
POST /tasks/{task}/assign                i ff ffrf rff frf fff rf rf f rf
POST /api/v1/tasks/{task}/add-signer     i ff rrff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/remove-signer  i ff ffff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/assign         i ff ffrf rff frf fff rf rf f rf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
F: the task lies with the community
GET  /tasks/{task}/add-signer
=                                        nff fnnf nn ffff nn fff fffffn ff ff

M: a leader or a supervisor takes out whoever was added, and here is nobody
GET  /cases/{case}/remove-signer
=                                        nnf fnnf nn ffff nn fff fffffn ff ff

U: keepers name for their own place, where nobody is left; M: whoever watches over it as well; of
the three none
GET  /vacancies
=                                        fss sfss sf fsss sf sss fsfsss sf ff

GET  /tasks/{task}/assign
=                                        fnf ffnf nf fnnn nf fff fnfnnn nf ff
"""

RANKS_WRITE = """
F: others add nobody
POST /tasks/{task}/add-signer
POST /api/v1/tasks/{task}/add-signer
POST /api/v1/tasks/{task}/remove-signer
=                                        fff ffff ff ffff ff fff ffffff ff ff

POST /cases/{case}/remove-signer
=                                        nnf fnnf nn ffff nn fff fffffn ff ff

U, M: keepers of the place and whoever watches over it, but there is somebody for it
POST /tasks/{task}/assign
POST /api/v1/tasks/{task}/assign
=                                        ffr rffr ff ffff ff rrr ffffff ff ff
"""


def sent(path: str) -> object:
    """What goes with a writing row."""
    return {
        "/api/v1/tasks/{task}/add-signer": {"person": "nobody", "where": "beside"},
        "/api/v1/tasks/{task}/remove-signer": {"reason": "不用了"},
        "/api/v1/tasks/{task}/assign": {"person": "nobody", "reason": "暂缺人"},
    }.get(path, {})
