"""Who may do what, over every route: typed by hand from the permission table, never computed.

s served or done · o led to another page · i asked to sign in · f forbidden · n as if it were not
there · r within reach, refused for what was sent. Columns: see `matrix_scene.EVERYBODY`.
"""

from __future__ import annotations

import io

from tests.workflow.hostile_files import picture

# out | own cit | ins hed led com | twn tin tw2 | dis adm di2 | dep dp2 dad | una un2 | sup su2 |
# cty | plt aud
READS = """
GET  /                                   s ss ssss sss sss sss ss ss s ss
GET  /about                              s ss ssss sss sss sss ss ss s ss
GET  /static/nowhere                     n nn nnnn nnn nnn nnn nn nn n nn
GET  /healthz                            s ss ssss sss sss sss ss ss s ss
GET  /readyz                             s ss ssss sss sss sss ss ss s ss
GET  /service                            s ss oooo ooo ooo ooo oo oo o oo
GET  /lookup                             s ss ssss sss sss sss ss ss s ss
GET  /check                              s ss ssss sss sss sss ss ss s ss
GET  /check/{code}                       s ss ssss sss sss sss ss ss s ss
GET  /check/nobody-has-this              n nn nnnn nnn nnn nnn nn nn n nn
GET  /sign-in                            s ss ssss sss sss sss ss ss s ss
GET  /staff/sign-in                      s ss ssss sss sss sss ss ss s ss
GET  /l/{link}                           s os ssss sss sss sss ss ss s ss
GET  /l/nobody-has-this                  n nn nnnn nnn nnn nnn nn nn n nn
GET  /register                           s ss ssss sss sss sss ss ss s ss
GET  /register/confirm                   o oo oooo ooo ooo ooo oo oo o oo
GET  /recover                            s ss ssss sss sss sss ss ss s ss
GET  /recover/confirm                    o oo oooo ooo ooo ooo oo oo o oo
GET  /first-run                          n nn nnnn nnn nnn nnn nn nn n nn
GET  /password                           i ss ssss sss sss sss ss ss s ss
GET  /sign-ins                           i ss ssss sss sss sss ss ss s ss
GET  /notices                            i ss ssss sss sss sss ss ss s ss
GET  /inbox                              i oo ssss sss sss sss oo ss s oo
GET  /cases                              i ss ssss sss sss sss ff ss s ff
GET  /cases.xlsx                         i ff fsfs sfs sss sss ff ss s ff
GET  /works                              i ff ssss sss sss sss ff ss s ff
GET  /works.xlsx                         i ff fsfs sfs sss sss ff ss s ff
GET  /works/{work}                       i ff sssn ssn ssn sns ff sn s ff
GET  /works/{work}/stop                  i ff ssfn ssn ssn sns ff ff s ff
GET  /works/{work}/stop/confirm?scope=all&own=x i ff ssfn ssn ssn sns ff ff s ff
GET  /stops                              i ff ssss sss sss sss ff ss s ff
GET  /stops/{stop}                       i ff sssn ssn ssn sns ff sn s ff
GET  /patrols                            i ff ssfs sss sss sss ff ff s ff
GET  /patrols/shell                      s ss ssss sss sss sss ss ss s ss
GET  /patrols/worker.js                  s ss ssss sss sss sss ss ss s ss
GET  /patrols/plan                       i ff ssss sss sss sss ff ss s ff
GET  /patrols/plan?unit={unit}           i ff ssss sss sss sss ff ss s ff
GET  /patrols/begin                      i ff ssfs sss sss sss ff ff s ff
GET  /patrols/begin?case={done}          i ff ssfn ssn ssn sns ff ff s ff
GET  /patrols/due.json                   i ff ssfs sss sss sss ff ff s ff
GET  /patrols/{patrol}                   i ff sssn ssn ssn sns ff sn s ff
GET  /patrols/{patrol}.json              i ff sssn ssn ssn sns ff sn s ff
GET  /patrols/{patrol}/end?outcome=normal i ff ssfn ssn ssn sns ff ff s ff
GET  /patrols/{patrol}/hand-over         i ff fsfn sfn fsf fff ff ff f ff
GET  /settings/checklist                 i ff ffff fff fsf fff ss ff f sf
GET  /records                            s ss ssss sss sss sss ss ss s ss
GET  /report                             s ss ssss sss sss sss ss ss s ss
GET  /report?place={place}               s ss ssss sss sss sss ss ss s ss
GET  /report?code={code}                 s ss ssss sss sss sss ss ss s ss
GET  /report/{report}                    s ss ssss sss sss sss ss ss s ss
GET  /report/nobody-has-this             n nn nnnn nnn nnn nnn nn nn n nn
GET  /reports                            i ff ssss sss sss sss ff ss s ff
GET  /reports/{told}                     i ff sssn ssn ssn nnn ff sn s ff
GET  /contractors                        i ff ssss sss sss sss ff ss s ff
GET  /contractors/{firm}                 i ff sssn ssn ssn sns ff sn s ff
GET  /accidents                          i ff ffff sss sss sss ff ss s ff
GET  /accidents.xlsx                     i ff ffff sss sss sss ff ss s ff
GET  /overview                           i ff ssss sss sss sss ff ss s ff
GET  /overview?unit={unit}               i ff ssss sss sss sss ff ss s ff
GET  /cases/{case}                       i sn sssn ssn ssn sns nn sn s nn
GET  /cases/{done}                       i sn sssn ssn ssn sns nn sn s nn
GET  /cases/nobody                       i nn nnnn nnn nnn nnn nn nn n nn
GET  /cases/{case}/submissions/1         i sn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/application.pdf       i sn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/print-filing          i sn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/open/filing           i fn fffn ffn ffn fnf nn fn f nn
GET  /cases/{case}/commitment.pdf        i sn sssn ssn ssn sns nn sn s nn
GET  /cases/{case}/sign-off.pdf          i sn sssn ssn ssn sns nn sn s nn
GET  /papers/{paper}                     i sn sssn ssn ssn sns nn sn s nn
GET  /papers/{paper}.pdf                 i sn sssn ssn ssn sns nn sn s nn
GET  /papers/{paper}/services/{service}.pdf i sn sssn ssn ssn sns nn sn s nn
GET  /attachments/{file}                 i sn sssn ssn ssn sns nn sn s nn
GET  /attachments/{loose}                i sn nnnn nnn nnn nnn nn nn n nn
GET  /tasks/{task}                       i fn ssfn ffn ffn fnf nn fn f nn
GET  /tasks/{held}                       i fn ssfn ffn ffn fnf nn fn f nn
GET  /tasks/{correction}                 i sn fffn ffn ffn fnf nn fn f nn
GET  /diagrams/{version}.bpmn            i ss ssss sss sss sss ss ss s ss
GET  /apply                              i ss ssfs sss fff fff ff ff f ff
GET  /apply/filing                       i ss ssfs sss fff fff ff ff f ff
GET  /apply/report                       i ff ssfs sss sss sss ff ff s ff
GET  /apply/accident                     i ff ffff sss sss sss ff ff s ff
GET  /drafts                             i oo oofo ooo fff fff ff ff f ff
GET  /drafts/{draft}                     i sn nnnn nnn nnn nnn nn nn n nn
GET  /drafts/{draft}/place               i sn nnnn nnn nnn nnn nn nn n nn
GET  /drafts/{draft}/check               i sn nnnn nnn nnn nnn nn nn n nn
GET  /settings                           i ff ffff fff fsf ffs ss ff f ss
GET  /settings/limits                    i ff ffff fff fsf fff ss ff f sf
GET  /settings/papers                    i ff ffff fff fsf fff ss ff f sf
GET  /settings/papers/receipt            i ff ffff fff fsf fff ss ff f sf
GET  /settings/calendar                  i ff ffff fff fsf fff ss ff f sf
GET  /settings/escalation                i ff ffff fff fsf fff ss ff f sf
GET  /people                             i ff ffff fff fsf ffs ss ff f sf
GET  /people/{hed}/reset                 i ff ffff fff fsf fff sf ff f sf
GET  /people/{dep}/reset                 i ff ffff fff fsf ffs sf ff f sf
GET  /people/{una}/reset                 i ff ffff fff fff fff ff ff f sf
GET  /people/{plt}/reset                 i ff ffff fff fff fff ff ff f ff
GET  /people/{own}/reset                 i ff ffff fff fnf ffn nn ff f nf
GET  /flows                              i ff ffff fff fsf ffs ss ss f sf
GET  /flows/filing                       i ff ffff fff fsf ffs ss ss f sf
GET  /flows/versions/{version}           i ff ffff fff fsf ffs ss ss f sf
GET  /flows/versions/{version}/files.zip i ff ffff fff fsf ffs ss ss f sf
GET  /flows/versions/{version}/drawing.bpmn i ff ffff fff fsf ffs ss ss f sf
GET  /flows/versions/{version}/republish i ff ffff fff fff fff ff ff f sf
GET  /flows/publish                      i ff ffff fff fff fff ss ff f sf
GET  /api/v1/openapi.json                s ss ssss sss sss sss ss ss s ss
GET  /api/v1/processes                   i ss ssss sss sss sss ss ss s ss
GET  /api/v1/cases                       i ss ssss sss sss sss ss ss s ss
GET  /api/v1/cases/{case}                i sn sssn ssn ssn sns nn sn s nn
GET  /api/v1/tasks                       i ss ssss sss sss sss ss ss s ss
"""

WRITES = """
POST /theme                              s ss ssss sss sss sss ss ss s ss
POST /lookup                             s ss ssss sss sss sss ss ss s ss
POST /sign-in                            r rr rrrr rrr rrr rrr rr rr r rr
POST /staff/sign-in                      r rr rrrr rrr rrr rrr rr rr r rr
POST /register                           r rr rrrr rrr rrr rrr rr rr r rr
POST /register/confirm                   s ss ssss sss sss sss ss ss s ss
POST /recover                            r rr rrrr rrr rrr rrr rr rr r rr
POST /recover/confirm                    s ss ssss sss sss sss ss ss s ss
POST /l/{link}                           r rr rrrr rrr rrr rrr rr rr r rr
POST /l/{link}/code                      s ss ssss sss sss sss ss ss s ss
POST /l/nobody-has-this                  n nn nnnn nnn nnn nnn nn nn n nn
POST /l/nobody-has-this/code             n nn nnnn nnn nnn nnn nn nn n nn
POST /first-run                          n nn nnnn nnn nnn nnn nn nn n nn
POST /sign-out                           i ss ssss sss sss sss ss ss s ss
POST /password                           i rr rrrr rrr rrr rrr rr rr r rr
POST /sign-ins/{session}/end             i ss ssss sss sss sss ss ss s ss
POST /sign-ins/end-others                i ss ssss sss sss sss ss ss s ss
POST /notices/read                       i ss ssss sss sss sss ss ss s ss
POST /tasks/{task}/claim                 i ff ssff fff fff fff ff ff f ff
POST /tasks/{held}/claim                 i ff rsff fff fff fff ff ff f ff
POST /tasks/{held}/release               i ff rsff fff fff fff ff ff f ff
POST /tasks/{task}                       i ff ssff fff fff fff ff ff f ff
POST /tasks/{correction}                 i rf ffff fff fff fff ff ff f ff
POST /tasks/{task}/draft                 i ff ssff fff fff fff ff ff f ff
POST /tasks/{held}/draft                 i ff ssff fff fff fff ff ff f ff
POST /tasks/{correction}/draft           i sf ffff fff fff fff ff ff f ff
POST /tasks/{task}/draft/discard         i ss ssss sss sss sss ss ss s ss
POST /cases/{case}/withdraw              i sn nnnn nnn nnn nnn nn nn n nn
POST /cases/{case}/open/filing           i rn rrrn rrn rrn rnr nn rn r nn
POST /cases/{done}/withdraw              i rn nnnn nnn nnn nnn nn nn n nn
POST /cases/{broken}/retry               i ff ffff fff fsf ffs ff ff f ff
POST /cases/{back}/attachments           i sn fffn ffn ffn fnf nn fn f nn
POST /cases/{case}/attachments           i fn rrfn ffn ffn fnf nn fn f nn
POST /apply/filing                       i ss ssff ssf fff fff ff ff f ff
POST /drafts/{draft}                     i sn nnnn nnn nnn nnn nn nn n nn
POST /drafts/{draft}/place               i sn nnnn nnn nnn nnn nn nn n nn
POST /drafts/{draft}/attachments         i sn nnnn nnn nnn nnn nn nn n nn
POST /drafts/{draft}/submit              i rn nnnn nnn nnn nnn nn nn n nn
POST /drafts/{draft}/discard             i sn nnnn nnn nnn nnn nn nn n nn
POST /report                             r rr rrrr rrr rrr rrr rr rr r rr
POST /report/{report}/code               r rr rrrr rrr rrr rrr rr rr r rr
POST /report/{report}/phone              r rr rrrr rrr rrr rrr rr rr r rr
POST /report/nobody-has-this/code        n nn nnnn nnn nnn nnn nn nn n nn
POST /reports/{told}/reporter            i ff ssfn ffn ffn nnn ff fn f ff
POST /reports/{told}/reveal              i ff ssfn ffn ffn nnn ff fn f ff
POST /settings/limits                    i ff ffff fff fsf fff sf ff f sf
POST /papers/{paper}/serve               i ff ssfn ssn ssn sns ff ff s ff
POST /papers/{paper}/services/{service}  i ff ssfn ssn ssn sns ff ff s ff
POST /papers/{paper}/acknowledge         i sn fffn ffn ffn fnf nn fn f nn
POST /papers/{paper}/void                i ff fffn ffn fsf fff ff ff f ff
POST /settings/papers/receipt            i ff ffff fff fsf fff sf ff f sf
POST /settings/papers/receipt/preview    i ff ffff fff fsf fff sf ff f sf
POST /settings/papers/versions/{text}    i ff ffff fff fsf fff sf ff f sf
POST /settings/calendar                  i ff ffff fff fsf fff sf ff f sf
POST /settings/calendar/drop             i ff ffff fff fsf fff sf ff f sf
POST /works/{work}/stop                  i ff ssfn ssn ssn sns ff ff s ff
POST /stops/{stop}/breaches              i ff ssfn ssn ssn sns ff ff s ff
POST /patrols/begin                      i ff rsfn ffn rrn fnf ff ff r ff
POST /patrols/start                      i ff rrfr rrr rrr rrr ff ff r ff
POST /patrols/{patrol}/start             i ff rsfn ffn ffn fnf ff ff f ff
POST /patrols/{patrol}/started           i ff rsfn ffn ffn fnf ff ff f ff
POST /patrols/{patrol}/save              i ff rsfn ffn ffn fnf ff ff f ff
PUT  /patrols/{patrol}/sheet             i ff rrfn rrn rrn rnr ff ff r ff
POST /patrols/{patrol}/photos            i ff rsfn ffn ffn fnf ff ff f ff
DELETE /patrols/{patrol}/photos/{shot}   i ff rsfn ffn ffn fnf ff ff f ff
POST /patrols/{patrol}/drop              i ff rsfn ffn ffn fnf ff ff f ff
POST /patrols/{patrol}/conclude          i ff rrfn rrn rrn rnr ff ff r ff
POST /patrols/{patrol}/end               i ff rrfn ffn ffn fnf ff ff f ff
POST /patrols/{patrol}/hand-over         i ff fsfn sfn fsf fff ff ff f ff
POST /settings/checklist                 i ff ffff fff fsf fff sf ff f sf
POST /settings/checklist/drop            i ff ffff fff fsf fff sf ff f sf
POST /settings/calendar/import           i ff ffff fff fsf fff sf ff f sf
POST /settings/escalation                i ff ffff fff fsf fff sf ff f sf
POST /settings/escalation/drop           i ff ffff fff fsf fff sf ff f sf
POST /flows/publish                      i ff ffff fff fff fff rf ff f rf
POST /flows/versions/{version}/republish i ff ffff fff fff fff ff ff f rf
POST /flows/versions/{local}/republish   i ff ffff fff fff fff rf ff f rf
POST /api/v1/tokens                      f ff ffff fff fff fff ff ff f ff
POST /api/v1/attachments                 i ss ssfs sss fff fff ff ff f ff
POST /api/v1/cases                       i rr rrff rrf fff fff ff ff f ff
POST /api/v1/tasks/{task}/claim          i ff ssff fff fff fff ff ff f ff
POST /api/v1/tasks/{held}/release        i ff rsff fff fff fff ff ff f ff
POST /api/v1/tasks/{task}/complete       i ff ssff fff fff fff ff ff f ff
POST /api/v1/processes/filing/versions   i ff ffff fff fff fff rf ff f rf
"""

LISTS = """
GET  /service                            - y- ---- --- --- --- -- -- - --
GET  /cases                              - y- yyy- yy- yy- y-y -- y- y --
GET  /cases?q=江畔花园                     - y- yyy- yy- yy- y-y -- y- y --
GET  /cases?unit={unit}                  - y- yyy- yy- yy- y-y -- y- y --
GET  /cases.xlsx                         - -- -y-- y-- yy- y-y -- y- y --
GET  /works                              - -- yyy- yy- yy- y-y -- y- y --
GET  /works.xlsx                         - -- -y-- y-- yy- y-y -- y- y --
GET  /inbox?box=claimable                - -- yy-- --- --- --- -- -- - --
GET  /api/v1/cases                       - y- yyy- yy- yy- y-y -- y- y --
GET  /api/v1/cases?q=江畔花园              - y- yyy- yy- yy- y-y -- y- y --
GET  /api/v1/tasks?box=claimable         - -- yy-- --- --- --- -- -- - --
"""
"""Who finds the one case by its number in which list."""

BAD_FLOW = b"<bpmn/>"


def sent(path: str) -> object:
    """What goes with a writing row; a fresh one each time, for a file is read but once."""
    day = {"unit": "{unit}", "day": "2027-03-04", "workday": "0", "name": "试"}
    text = {"unit": "{unit}", "block": "opening", "text": "准予备案。"}
    plain: dict[str, object] = {
        "/sign-in": {"phone": "13900005555", "password": "nobody has this"},
        "/staff/sign-in": {"account": "nobody", "password": "nobody has this"},
        "/password": {"current": "wrong", "password": "a quiet gorge, rain", "again": "no"},
        "/first-run": {"name": "新人", "account": "xin", "password": "a quiet gorge", "code": "x"},
        "/tasks/{task}": {"outcome": "approve"},
        "/tasks/{correction}": {"outcome": "submit"},
        "/cases/{back}/attachments": {"file:site_photos": _picture()},
        "/cases/{case}/attachments": {"file:site_photos": _picture()},
        "/drafts/{draft}/attachments": {"file:site_photos": _picture()},
        "/apply/filing": {"division_code": "{place}"},
        "/drafts/{draft}": {"name": "换一个名称", "_do": "save"},
        "/drafts/{draft}/place": {"division_code": "{place}"},
        "/settings/limits": {
            "unit": "{unit}", "investment_wan": "30", "area_sqm": "300", "mode": "or",
            "inclusive": "yes", "effective_from": "2039-01-01",
        },
        "/papers/{paper}/serve": {"way": "print", "to_name": "鄢小满"},
        "/papers/{paper}/services/{service}": {"receipt": "signed", "name": "鄢小满"},
        "/papers/{paper}/void": {"reason": "工程名称有误"},
        "/settings/papers/receipt": text, "/settings/papers/receipt/preview": text,
        "/settings/calendar": day, "/settings/calendar/drop": day,
        "/settings/calendar/import": {"unit": "{unit}", "year": "2026"},
        "/settings/escalation": {**day, "whom.1": "head"}, "/settings/escalation/drop": day,
        "/flows/publish": {"unit": "{unit}", "reason": "试", "files": _file("filing.bpmn")},
        "/api/v1/processes/filing/versions": {
            "unit": "{unit}", "reason": "试", "file": _file("filing.bpmn"),
        },
        "/api/v1/tokens": {"account": "nobody", "password": "nobody has this"},
        "/api/v1/attachments": {"field": "site_photos", "file": _picture()},
        "/api/v1/cases": {"process": "filing", "division_code": "{place}", "values": {}},
        "/api/v1/tasks/{task}/complete": {"outcome": "approve"},
        **_visits(),
    }  # fmt: skip
    return plain.get(path)


def _visits() -> dict[str, object]:
    return {
        "/reports/{told}/reporter": {"name": "谈如晦"},
        "/works/{work}/stop": {"scope": "all", "own": "没有护栏", "photos": _picture()},
        "/stops/{stop}/breaches": {"fact": "还在施工"},
        "/patrols/begin": {"work_id": "{work}"},
        "/patrols/{patrol}/save": {"part": "more", "remark": "门口已清理"},
        "/patrols/{patrol}/photos": {"hazard": "site", "file": _picture()},
        "/patrols/{patrol}/drop": {"photo": "{shot}"},
        "/patrols/{patrol}/end": {"outcome": "normal"},
        "/patrols/{patrol}/hand-over": {"person": "pool"},
        "/settings/checklist": {
            "unit": "{unit}",
            "group": "order",
            "text": "门口有值守",
            "measure": "安排人值守",
            "grade": "general",
        },
        "/settings/checklist/drop": {"unit": "{unit}", "item": "{item}"},
    }


def _file(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(BAD_FLOW), name


def _picture() -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture()), "现场.jpg"
