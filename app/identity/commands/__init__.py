"""What can be done about people, passwords and sessions."""

from app.identity.commands.passwords import change_password, rescue, reset_staff_password
from app.identity.commands.people import (
    Added,
    NewPerson,
    create_person,
    first_run,
    issue_first_run_code,
)
from app.identity.commands.public import (
    Registration,
    recover_password,
    register_public,
    request_code,
)
from app.identity.commands.signing import Credentials, end_sessions, note_use, sign_in, sign_out
from app.identity.posts import Post

__all__ = [
    "Added",
    "Credentials",
    "NewPerson",
    "Post",
    "Registration",
    "change_password",
    "create_person",
    "end_sessions",
    "first_run",
    "issue_first_run_code",
    "note_use",
    "recover_password",
    "register_public",
    "request_code",
    "rescue",
    "reset_staff_password",
    "sign_in",
    "sign_out",
]
