"""What each of the other posts of domain.md §4.2 may do: as in `matrix_ranks`, typed by hand."""

from __future__ import annotations

# cin cle cka | tle ti2 tl2 tka | ad2 zon | dso dhe dle dku | dh2 fdu | cga cku csu |
# cdu cda cdo cdh cdl cdx | two nil | sys sec
WRITES = """
POST /theme
POST /lookup
POST /register/confirm
POST /recover/confirm
POST /l/{link}/code
POST /sign-out
POST /sign-ins/{session}/end
POST /sign-ins/end-others
POST /notices/read
POST /second-factor/begin
POST /tasks/{task}/draft/discard
=                                        sss ssss ss ssss ss sss ssssss ss ss

POST /sign-in
POST /staff/sign-in
POST /register
POST /recover
POST /l/{link}
POST /report
POST /report/{report}/code
POST /report/{report}/phone
POST /password
POST /second-factor/confirm
POST /second-factor/drop
=                                        rrr rrrr rr rrrr rr rrr rrrrrr rr rr

What is the owner's alone, or is not there
POST /l/nobody-has-this
POST /l/nobody-has-this/code
POST /first-run
POST /sign-ins/links/nobody/end
POST /report/nobody-has-this/code
POST /rectifications/{order}/photos/{after}/remove
POST /cases/{case}/withdraw
POST /cases/{done}/withdraw
POST /drafts/{draft}
POST /drafts/{draft}/place
POST /drafts/{draft}/attachments
POST /drafts/{draft}/submit
POST /drafts/{draft}/discard
POST /my-data/take
POST /my-data/erase
POST /my-data/erase/code
=                                        nnn nnnn nn nnnn nn nnn nnnnnn nn nn

F: the tasks lie with the community's own people, and who filed alone corrects
POST /tasks/{task}/claim
POST /tasks/{task}
POST /tasks/{held}/claim
POST /tasks/{held}/release
POST /tasks/{correction}
POST /api/v1/tasks/{task}/claim
POST /api/v1/tasks/{held}/release
POST /api/v1/tasks/{task}/complete
POST /tasks/{task}/draft
POST /tasks/{held}/draft
POST /tasks/{correction}/draft
POST /api/v1/tokens
POST /sign-in/code
=                                        fff ffff ff ffff ff fff ffffff ff ff

F and P: the same of what is read at all
POST /cases/{back}/attachments
POST /cases/{case}/attachments
POST /papers/{paper}/acknowledge
POST /rectifications/{order}/hazards/{flaw}/answer
POST /rectifications/{order}/hazards/{flaw}/photos
POST /rectifications/{order}/report
POST /rectifications/{check}/hazards/{seen}/verdict
POST /rectifications/{check}/conclude
POST /cases/{case}/numbers
=                                        nnn fnnn nn fffn nn fnf fffffn fn nn

POST /cases/{case}/open/filing
=                                        nnn rnnn nn rrrn nn rnr rrrrrn rn nn

A faulty case is put right by administrators of its place and trade (§4.2 is silent)
POST /cases/{broken}/retry
=                                        fff ffff nf ffff ff sff fsffff ff ff

Filing for another at a place that none of them has a desk for
POST /apply/filing
POST /api/v1/cases
=                                        fff ffff ff ffff ff fff ffffff ff ff

A file for a draft of their own: whoever may file for another anywhere
POST /api/v1/attachments
=                                        sff fsff ff ffff ff fff ffffff sf ff

Who reported: the community that handles it
POST /reports/{told}/reporter
POST /reports/{told}/reveal
=                                        nnf fnnf nn nnnf nn fff nnnnnn nf ff

Z and S (on site), and serving of papers: no leader, no supervisor
POST /hazards/{mended}/reopen
POST /papers/{paper}/serve
POST /papers/{paper}/services/{service}
POST /works/{work}/stop
POST /stops/{stop}/breaches
=                                        nff fnff nn ssff nn sff ssssfn sf ff

Voiding of a paper, sending of another on a patrol: the administrators over the unit that did it
POST /papers/{paper}/void
POST /patrols/{patrol}/hand-over
=                                        fff ffff nf ffff nf sff fffffn ff ff

P: the visit is that of the community's head
POST /patrols/{patrol}/start
POST /patrols/{patrol}/started
POST /patrols/{patrol}/save
POST /patrols/{patrol}/photos
DELETE /patrols/{patrol}/photos/{shot}
POST /patrols/{patrol}/drop
POST /patrols/{patrol}/end
=                                        nff fnff nn ffff nn fff fffffn ff ff

POST /patrols/begin
=                                        nff fnff nn ffff nn rff fffffn ff ff

POST /patrols/start
=                                        rff frff rr rrff rr rff rrrrfr rf ff

PUT  /patrols/{patrol}/sheet
POST /patrols/{patrol}/conclude
=                                        nff fnff nn rrff nn rff rrrrfn rf ff

G and U at the district itself: the city's administrator and keeper above it
POST /settings/limits
POST /settings/papers/receipt
POST /settings/papers/receipt/preview
POST /settings/papers/versions/{text}
POST /settings/calendar
POST /settings/calendar/drop
POST /settings/calendar/import
POST /settings/escalation
POST /settings/escalation/drop
POST /settings/checklist
POST /settings/checklist/drop
=                                        fff ffff ff ffff ff ssf ffffff ff sf

U: the same of people
POST /people/new
POST /people/{hed}/posts
POST /people/{dep}/posts
POST /people/{una}/posts
POST /people/{una}/reset
POST /people/{una}/reading
POST /people/{una}/phone
POST /people/{una}/sign-out
POST /people/{una}/disable
=                                        fff ffff ff ffff ff ssf ffffff ff fs

U: the people of annex 1, of whom the township's keeper gets its own
POST /people/annexes/export
=                                        fff fffs ff ffff ff ssf ffffff ff fs

POST /accounts/batches
POST /people/{una}/lift-factor
POST /people/{una}/code
POST /people/{una}/enable
POST /units/{unit}/hand-over
=                                        fff ffff ff ffff ff rrf ffffff ff fr

O: places, refused here for a form that says nothing, or not there
POST /places/claims
POST /places/changes
=                                        fff ffff ff ffff ff rrf ffffff ff rf

POST /places/claims/nothing/end
POST /places/changes/nothing/drop
=                                        fff ffff ff ffff ff nnf ffffff ff nf

U: the head of the case's community: its keeper, that of its township, the city
POST /people/{hed}/reset
POST /people/{hed}/reading
POST /people/{hed}/phone
POST /people/{hed}/sign-out
POST /people/{hed}/disable
=                                        ffs fffs ff ffff ff ssf ffffff ff fs

POST /people/{hed}/lift-factor
POST /people/{hed}/code
POST /people/{hed}/enable
=                                        ffr fffr ff ffff ff rrf ffffff ff fr

U: a user of the housing department: its keeper and the city
POST /people/{dep}/reset
POST /people/{dep}/sign-out
POST /people/{dep}/disable
=                                        fff ffff ff fffs ff ssf ffffff ff fs

U: nobody
POST /people/{plt}/reset
POST /people/{plt}/sign-out
POST /people/{plt}/posts
POST /people/{plt}/disable
=                                        fff ffff ff ffff ff fff ffffff ff ff

U: not there for those who keep accounts
POST /people/{own}/reset
POST /people/{own}/sign-out
POST /people/{own}/posts
POST /posts/nobody/end
POST /accounts/batches/nobody/close
POST /people/annexes/{annex}/choices
POST /people/annexes/{annex}/commit
POST /people/annexes/{annex}/abandon
POST /people/annexes/{annex}/accounts
=                                        ffn fffn nf fffn ff nnf fnffff ff fn

POST /people/annexes
=                                        ffs fffs sf fffs ff ssf fsffff ff fs

G: one account rule for the whole store
POST /settings/accounts
=                                        fff ffff ff ffff ff fsf ffffff ff fs

W: refused here for a design that is none
POST /flows/publish
POST /flows/versions/{version}/republish
POST /flows/versions/{local}/republish
POST /api/v1/processes/filing/versions
=                                        fff ffff ff ffff ff frf ffffff ff rf

Turned on by who keeps the platform alone, so by none of these
POST /settings/duties
POST /settings/duties/nothing/confirm
POST /settings/duties/nothing/drop
=                                        fff ffff ff ffff ff fff ffffff ff ff
"""
