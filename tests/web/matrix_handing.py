"""The rows of `matrix_table` about handing a task on: it lies with the community's own people.

A form that names nobody is refused to them, and to the others as any handling of it.
"""

from __future__ import annotations

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /tasks/{task}/transfer              i ff ssfn ffn ffn fnf ff ff f ff
GET  /tasks/{task}/delegate              i ff ssfn ffn ffn fnf ff ff f ff
GET  /tasks/{task}/give-back             i ff fffn ffn ffn fnf ff ff f ff
GET  /tasks/{task}/fetch-back            i ff fffn ffn ffn fnf ff ff f ff
GET  /tasks/{task}/act-for               i ff fsfn ffn fff fff ff ff f ff
GET  /substitutes                        i ff ssfs sss sss sss ss ff s sf
GET  /api/v1/substitutes                 i ff ssfs sss sss sss ss ff s sf
"""

WRITES = """
POST /inbox/next                         i ff ssfs sss sss sss ff ff s ff
POST /tasks/{task}/transfer              i ff rrff fff fff fff ff ff f ff
POST /tasks/{task}/delegate              i ff rrff fff fff fff ff ff f ff
POST /tasks/{task}/give-back             i ff ffff fff fff fff ff ff f ff
POST /tasks/{task}/fetch-back            i ff ffff fff fff fff ff ff f ff
POST /tasks/{task}/act-for               i ff frff fff fff fff ff ff f ff
POST /api/v1/tasks/next                  i rr ssrr srr rrr rrr rr rr r rr
POST /api/v1/tasks/{task}/transfer       i ff rrff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/delegate       i ff rrff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/give-back      i ff ffff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/fetch-back     i ff ffff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/act-for        i ff frff fff fff fff ff ff f ff
POST /substitutes                        i ff rrfr rrr rrr rrr ff ff r ff
POST /substitutes/nothing/end            i ff nnfn nnn nnn nnn nn ff n nf
POST /api/v1/substitutes                 i ff rrfr rrr rrr rrr ff ff r ff
POST /api/v1/substitutes/nothing/end     i ff nnfn nnn nnn nnn nn ff n nf
"""

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
RANKS_READ = """
F: nor do others who read it hand it on; whoever decides nothing is not asked which task it is
GET  /tasks/{task}/transfer
GET  /tasks/{task}/delegate
GET  /tasks/{task}/give-back
GET  /tasks/{task}/fetch-back
=                                        nff fnnf nn ffff nn fff fffffn ff ff

Acting for somebody: the heads and administrators, of their own unit
GET  /tasks/{task}/act-for
=                                        fff ffff nf ffff nf fff fffffn ff ff

Whoever decides anything may be away; the keepers of people see who is
GET  /substitutes
GET  /api/v1/substitutes
=                                        sfs ssss ss ssss ss ssf ssssss sf fs
"""

RANKS_WRITE = """
F: the tasks lie with the community's own people
POST /tasks/{task}/transfer
POST /tasks/{task}/delegate
POST /tasks/{task}/give-back
POST /tasks/{task}/fetch-back
POST /tasks/{task}/act-for
POST /api/v1/tasks/{task}/transfer
POST /api/v1/tasks/{task}/delegate
POST /api/v1/tasks/{task}/give-back
POST /api/v1/tasks/{task}/fetch-back
POST /api/v1/tasks/{task}/act-for
=                                        fff ffff ff ffff ff fff ffffff ff ff

F: the most urgent at their own desks; a page says so where there is nothing
POST /inbox/next
=                                        sff sssf ss sssf ss sff ssssss sf ff

POST /substitutes
POST /api/v1/substitutes
=                                        rff rrrf rr rrrf rr rff rrrrrr rf ff

POST /substitutes/nothing/end
POST /api/v1/substitutes/nothing/end
=                                        nfn nnnn nn nnnn nn nnf nnnnnn nf fn

Something lies at the township's leader
POST /api/v1/tasks/next
=                                        rrr srrr rr rrrr rr rrr rrrrrr rr rr
"""


def sent(_path: str) -> object:
    """What goes with a writing row: a form that says nothing."""
    return {}
