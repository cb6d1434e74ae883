"""The rows of `matrix_table` about what people keep for their own work, and about batches.

Whoever decides (F) keeps phrases and handles many tasks at once; whoever decides or supervises (M)
has an inbox, with views; who reads a case (R) has looked at it.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /shortcuts                          i ss ssss sss sss sss ss ss s ss
GET  /inbox/count.json                   i ff ssss sss sss sss ff ss s ff
GET  /inbox/views                        i ff ssss sss sss sss ff ss s ff
GET  /phrases                            i ff ssfs sss sss sss ff ff s ff
GET  /inbox/batches/pass?task={task}     i ff ssfn ssn ssn sns ff ff s ff
GET  /inbox/batches/transfer?task={task} i ff ssfn ssn ssn sns ff ff s ff
GET  /inbox/batches/nobody               i ff nnfn nnn nnn nnn ff ff n ff
"""

WRITES = """
POST /cases/{case}/look                  i sn sssn ssn ssn sns nn sn s nn
POST /phrases                            i ff ssfs sss sss sss ff ff s ff
POST /phrases/nobody                     i ff nnfn nnn nnn nnn ff ff n ff
POST /phrases/nobody/drop                i ff nnfn nnn nnn nnn ff ff n ff
POST /inbox/views                        i ff ssss sss sss sss ff ss s ff
POST /inbox/views/nobody                 i ff nnnn nnn nnn nnn ff nn n ff
POST /inbox/views/nobody/drop            i ff nnnn nnn nnn nnn ff nn n ff
POST /inbox/batches                      i ff ssfn ssn ssn sns ff ff s ff
POST /inbox/batches/nobody/undo          i ff nnfn nnn nnn nnn ff ff n ff
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | the two kept apart by duty
RANKS_READ = """
GET  /shortcuts
=                                        sss ssss ss ssss ss sss ssssss ss ss

F, M
GET  /inbox/count.json
GET  /inbox/views
=                                        ssf sssf ss sssf ss sfs ssssss sf ff

F: phrases and batches; a task of another place is not there, one that is read is told why not
GET  /phrases
=                                        sff sssf ss sssf ss sff ssssss sf ff

GET  /inbox/batches/pass?task={task}
GET  /inbox/batches/transfer?task={task}
=                                        nff snnf nn sssf nn sff sssssn sf ff

GET  /inbox/batches/nobody
=                                        nff nnnf nn nnnf nn nff nnnnnn nf ff
"""

RANKS_WRITE = """
R
POST /cases/{case}/look
=                                        nnn snnn nn sssn nn sns sssssn sn nn

F
POST /phrases
=                                        sff sssf ss sssf ss sff ssssss sf ff

POST /phrases/nobody
POST /phrases/nobody/drop
POST /inbox/batches/nobody/undo
=                                        nff nnnf nn nnnf nn nff nnnnnn nf ff

POST /inbox/batches
=                                        nff snnf nn sssf nn sff sssssn sf ff

F, M
POST /inbox/views
=                                        ssf sssf ss sssf ss sfs ssssss sf ff

POST /inbox/views/nobody
POST /inbox/views/nobody/drop
=                                        nnf nnnf nn nnnf nn nfn nnnnnn nf ff
"""


def sent(path: str) -> object:
    """What goes with a writing row."""
    return {
        "/cases/{case}/look": {"seen": "1"},
        "/phrases": {"text": "同意"},
        "/phrases/nobody": {"text": "同意"},
        "/inbox/views": {"name": "急件", "box": "todo"},
        "/inbox/views/nobody": {"name": "急件"},
        "/inbox/batches": {"act": "claim", "task": "{task}", "key": "of the table"},
    }.get(path, {})
