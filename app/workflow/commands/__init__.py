"""The verbs of the workflow: each is one transaction, and one event in each case it touches."""

from app.workflow.commands import chasing, messages  # noqa: F401 - they take their jobs on
from app.workflow.commands.annexes import (
    abandon_annex,
    choose_in_annex,
    commit_annex,
    export_annex,
    fetch_account_sheet,
    take_annex,
)
from app.workflow.commands.approving import (
    Approval,
    approve_flow,
    hand_in,
    send_back_flow,
    set_flow_rule,
    take_back,
)
from app.workflow.commands.barring import lift_bar
from app.workflow.commands.batches import handle_batch, undo_batch
from app.workflow.commands.calendar import drop_day, import_holidays, keep_day
from app.workflow.commands.cases import retry, withdraw
from app.workflow.commands.drafting import (
    begin_flow_draft,
    discard_flow_draft,
    drop_flow_file,
    keep_flow_draft,
    open_flow_draft,
    redo_flow_draft,
    save_flow_draft,
    undo_flow_draft,
)
from app.workflow.commands.examples import drop_example, pin_example
from app.workflow.commands.exports import export_cases
from app.workflow.commands.fallbacks import cancel_fallback, fall_back
from app.workflow.commands.filing import file_about, file_case, file_values
from app.workflow.commands.handing import (
    act_for,
    delegate,
    fetch_back,
    give_back,
    take_next,
    transfer,
)
from app.workflow.commands.ladders import drop_ladder, keep_ladder
from app.workflow.commands.links import enter_by_link, send_link_code
from app.workflow.commands.looks import look
from app.workflow.commands.lookup import look_up
from app.workflow.commands.moving import begin_move, move_back, move_case, undo_move
from app.workflow.commands.notices import choose_notices, read_notice, read_notices
from app.workflow.commands.phrases import add_phrase, change_phrase, drop_phrase
from app.workflow.commands.recalling import recall
from app.workflow.commands.replaying import begin_replay, cancel_replay
from app.workflow.commands.reshaping import change_divisions, drop_change
from app.workflow.commands.sending import SendBack, send_back
from app.workflow.commands.signers import add_signer, assign, remove_signer
from app.workflow.commands.steering import jump, resume, suspend, terminate
from app.workflow.commands.substitutes import end_substitute, set_substitute
from app.workflow.commands.task_drafts import discard_task_draft, save_task_draft
from app.workflow.commands.tasks import claim, decide, release
from app.workflow.commands.timers import deliver_message, wake_case
from app.workflow.commands.versions import withdraw_version
from app.workflow.commands.views import change_view, drop_view, save_view

__all__ = [
    "Approval",
    "SendBack",
    "abandon_annex",
    "act_for",
    "add_phrase",
    "add_signer",
    "approve_flow",
    "assign",
    "begin_flow_draft",
    "begin_move",
    "begin_replay",
    "cancel_fallback",
    "cancel_replay",
    "change_divisions",
    "change_phrase",
    "change_view",
    "choose_in_annex",
    "choose_notices",
    "claim",
    "commit_annex",
    "decide",
    "delegate",
    "deliver_message",
    "discard_flow_draft",
    "discard_task_draft",
    "drop_change",
    "drop_day",
    "drop_example",
    "drop_flow_file",
    "drop_ladder",
    "drop_phrase",
    "drop_view",
    "end_substitute",
    "enter_by_link",
    "export_annex",
    "export_cases",
    "fall_back",
    "fetch_account_sheet",
    "fetch_back",
    "file_about",
    "file_case",
    "file_values",
    "give_back",
    "hand_in",
    "handle_batch",
    "import_holidays",
    "jump",
    "keep_day",
    "keep_flow_draft",
    "keep_ladder",
    "lift_bar",
    "look",
    "look_up",
    "move_back",
    "move_case",
    "open_flow_draft",
    "pin_example",
    "read_notice",
    "read_notices",
    "recall",
    "redo_flow_draft",
    "release",
    "remove_signer",
    "resume",
    "retry",
    "save_flow_draft",
    "save_task_draft",
    "save_view",
    "send_back",
    "send_back_flow",
    "send_link_code",
    "set_flow_rule",
    "set_substitute",
    "suspend",
    "take_annex",
    "take_back",
    "take_next",
    "terminate",
    "transfer",
    "undo_batch",
    "undo_flow_draft",
    "undo_move",
    "wake_case",
    "withdraw",
    "withdraw_version",
]
