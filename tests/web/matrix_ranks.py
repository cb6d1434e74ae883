"""What each of the other posts of domain.md §4.2 (`matrix_people`) may read: typed by hand.

Routes that all answer alike stand above the one line of signs, after `=`, that is true of each of
them. The letters R F D P Z S C B U O W G A M X are the columns of §4.2; the signs are those of
`matrix_table`. Nothing here is computed: a right that the text does not give is not in the line.
"""

from __future__ import annotations

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
READS = """
GET  /
GET  /about
GET  /healthz
GET  /readyz
GET  /lookup
GET  /check
GET  /check/{code}
GET  /sign-in
GET  /staff/sign-in
GET  /l/{link}
GET  /register
GET  /recover
GET  /patrols/shell
GET  /patrols/worker.js
GET  /records
GET  /report
GET  /report?place={place}
GET  /report?code={code}
GET  /report/{report}
GET  /api/v1/openapi.json
GET  /password
GET  /sign-ins
GET  /notices
GET  /second-factor
GET  /diagrams/{version}.bpmn
GET  /api/v1/processes
GET  /api/v1/cases
GET  /api/v1/tasks
=                                        sss ssss ss ssss ss sss ssssss ss ss

GET  /static/nowhere
GET  /check/nobody-has-this
GET  /l/nobody-has-this
GET  /first-run
GET  /report/nobody-has-this
GET  /sign-in/oidc
GET  /sign-in/oidc/back
GET  /staff/sign-in/oidc
GET  /staff/sign-in/oidc/back
GET  /cases/nobody
GET  /attachments/{loose}
GET  /drafts/{draft}
GET  /drafts/{draft}/place
GET  /drafts/{draft}/check
GET  /my-data
=                                        nnn nnnn nn nnnn nn nnn nnnnnn nn nn

GET  /service
GET  /register/confirm
GET  /recover/confirm
GET  /sign-in/code
=                                        ooo oooo oo oooo oo ooo oooooo oo oo

R: whoever reads anything has the lists; keepers read no case, nor who holds nothing any more
GET  /cases
GET  /hazards
GET  /works
GET  /stops
GET  /patrols/plan
GET  /patrols/plan?unit={unit}
GET  /reports
GET  /contractors
GET  /overview
GET  /overview?unit={unit}
=                                        ssf sssf ss sssf ss sfs ssssss sf ff

R: one's own place and, in a department, one's own trade; to all others it is not there
GET  /cases/{case}
GET  /cases/{done}
GET  /cases/{case}/submissions/1
GET  /cases/{case}/application.pdf
GET  /cases/{case}/print-filing
GET  /cases/{case}/commitment.pdf
GET  /cases/{case}/sign-off.pdf
GET  /papers/{paper}
GET  /papers/{paper}.pdf
GET  /papers/{paper}/services/{service}.pdf
GET  /attachments/{file}
GET  /rectifications/{order}
GET  /rectifications/{order}/photos/{after}
GET  /api/v1/cases/{case}
=                                        nnn snnn nn sssn nn sns sssssn sn nn

R: the same; who reads nothing anywhere hears so at the door
GET  /hazards/{mended}
GET  /works/{work}
GET  /stops/{stop}
GET  /patrols/{patrol}
GET  /patrols/{patrol}.json
GET  /contractors/{firm}
=                                        nnf snnf nn sssf nn sfs sssssn sf ff

GET  /hazards/nobody
=                                        nnf nnnf nn nnnf nn nfn nnnnnn nf ff

R: what is reported has no trade yet, so no department reads it
GET  /reports/{told}
=                                        nnf snnf nn nnnf nn sfs nnnnnn nf ff

R: accidents are told from the townships up
GET  /accidents
GET  /accidents.xlsx
=                                        fff sssf ss sssf ss sfs ssssss sf ff

F, M: whoever decides anything has work; who supervises sees what waits in the area
GET  /inbox
=                                        sso ssso ss ssso ss sos ssssss so oo

F: the task lies with the community: others who read the case see no form
GET  /tasks/{task}
GET  /tasks/{held}
GET  /tasks/{correction}
GET  /cases/{case}/open/filing
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn

X: no inspector, safety officer or community leader
GET  /cases.xlsx
GET  /works.xlsx
=                                        fff sfsf ss fssf ss sfs ssfsss sf ff

P: no leader and no supervisor
GET  /patrols
GET  /patrols/begin
GET  /patrols/due.json
GET  /apply/report
=                                        sff fsff ss ssff ss sff ssssfs sf ff

P and S: the same, in their own place and trade
GET  /works/{work}/stop
GET  /works/{work}/stop/confirm?scope=all&own=x
GET  /patrols/begin?case={done}
GET  /patrols/{patrol}/end?outcome=normal
=                                        nff fnff nn ssff nn sff ssssfn sf ff

Accidents are recorded by who goes to sites, from the townships up
GET  /apply/accident
=                                        fff fsff ss ssff ss sff ssssfs sf ff

Whose patrol it is is said by heads and administrators over the unit that goes (§4.2 is silent)
GET  /patrols/{patrol}/hand-over
=                                        fff ffff nf ffff nf sff fffffn ff ff

Filing for somebody without a telephone: the desks of communities and townships
GET  /apply
GET  /apply/filing
=                                        sff fsff ff ffff ff fff ffffff sf ff

GET  /drafts
=                                        off foff ff ffff ff fff ffffff of ff

G: limits, calendar, texts and checklist belong to governments; departments, townships and
communities have none of their own to set
GET  /settings/checklist
GET  /settings/limits
GET  /settings/papers
GET  /settings/papers/receipt
GET  /settings/calendar
GET  /settings/escalation
=                                        fff ffff sf ffff ff ssf ffffff ff sf

The rooms of settings: whoever keeps anything
GET  /settings
=                                        ffs fffs sf fffs ff ssf fsffff ff ss

U: the administrator's and the keeper's of every unit
GET  /people
GET  /accounts
GET  /people/new
GET  /people/annexes
GET  /rights
=                                        ffs fffs sf fffs ff ssf fsffff ff fs

U: the head of the case's community: its keeper, that of its township, the city
GET  /people/{hed}
GET  /people/{hed}/posts
GET  /people/{hed}/reset
=                                        ffs fffs ff ffff ff ssf ffffff ff fs

U: a user of the housing department: its keeper and the city, not the city's own department
GET  /people/{dep}
GET  /people/{dep}/posts
GET  /people/{dep}/reset
=                                        fff ffff ff fffs ff ssf ffffff ff fs

U: the district and its keeper: the city alone
GET  /people/{una}
GET  /people/{una}/posts
GET  /people/{una}/reset
GET  /units/{unit}/hand-over
=                                        fff ffff ff ffff ff ssf ffffff ff fs

U: annex 1 of the district, drawn with the lines of one's own: the township has one in it
GET  /people/annexes/template?annex=1&unit={unit}
=                                        fff fffs ff ffff ff ssf ffffff ff fs

U: nobody but the server's own command line
GET  /people/{plt}
GET  /people/{plt}/posts
GET  /people/{plt}/reset
=                                        fff ffff ff ffff ff fff ffffff ff ff

U: a citizen is no account of theirs, nor is the import of another
GET  /people/{own}
GET  /people/{own}/posts
GET  /people/{own}/reset
GET  /units/nobody/hand-over
GET  /people/annexes/{annex}
GET  /people/annexes/{annex}/reasons
=                                        ffn fffn nf fffn ff nnf fnffff ff fn

G: one account rule for the whole store: the city's keeper
GET  /settings/accounts
=                                        fff ffff ff ffff ff fsf ffffff ff fs

O: which unit answers for which place: the city's administrator and keeper, whose it is to divide
GET  /places
GET  /places/changes
=                                        fff ffff ff ffff ff ssf ffffff ff sf

GET  /places/changes/preview
=                                        fff ffff ff ffff ff rrf ffffff ff rf

W: reading flows is the administrators', the keepers' of governments and the supervisors'
GET  /flows
GET  /flows/filing
GET  /flows/versions/{version}
GET  /flows/versions/{version}/files.zip
GET  /flows/versions/{version}/drawing.bpmn
=                                        fff ffff sf ffff ff sss fsffff ff sf

W: changing them is the keepers' alone
GET  /flows/publish
GET  /flows/versions/{version}/republish
=                                        fff ffff ff ffff ff fsf ffffff ff sf

Who could do what: administrators and supervisors, of their own place
GET  /staffing
=                                        ffs fffs sf fffs ff sss fsffff ff fs

GET  /staffing/{unit}
GET  /staffing/{unit}/filing
=                                        ffn fffn nf fffn ff sss fnffff ff fs

The same of a case, which they must read; 柴夷陵 of the other district, who reads it not, is within
the city's reach alone
GET  /cases/{case}/access
GET  /cases/{case}/access/{hed}
=                                        ffn fffn nf fffn ff sns fsffff ff fn

GET  /cases/{case}/access/{di2}
=                                        ffn fffn nf fffn ff sns fnffff ff fn

The three and who keeps the platform alone say who keeps it
GET  /settings/duties
=                                        fff ffff ff ffff ff fff ffffff ff ss

GET  /settings/duties/check?system={cty}&security={cku}&audit={csu}
=                                        fff ffff ff ffff ff fff ffffff ff ss

GET  /settings/duties/check?platform=nobody
=                                        fff ffff ff ffff ff fff ffffff ff rr

A: administrators who handle cases and supervisors, of their own people; of the three none but the
auditor
GET  /audit
GET  /audit?verb=signed_in&before=1
=                                        fff ffff sf ffff ff sfs fsffff ff ff
"""

LISTS = """
GET  /service
GET  /inbox?box=claimable
GET  /api/v1/tasks?box=claimable
=                                        --- ---- -- ---- -- --- ------ -- --

GET  /cases
GET  /cases?q=江畔花园
GET  /cases?unit={unit}
GET  /works
GET  /api/v1/cases
GET  /api/v1/cases?q=江畔花园
=                                        --- y--- -- yyy- -- y-y yyyyy- y- --

X: who reads by one post and exports by another takes out what the other covers
GET  /cases.xlsx
GET  /works.xlsx
=                                        --- y--- -- -yy- -- y-y yy-yy- -- --
"""
