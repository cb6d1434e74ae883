"""The words in our own namespace: each is known, each form is there, each end says how it ends."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.check import Vocabulary
from app.engine.gate_model import Bundle, Node, Scope
from app.engine.gate_tags import called
from app.engine.gate_words import FLOW
from app.engine.policy import HUMAN, OWN_SCOPE, ROLES, Policy, read_policy
from app.errors import Finding


def read_policies(bundle: Bundle) -> Policy:
    """What all files of the bundle say, as one."""
    whole = Policy()
    for drawing in bundle.drawings:
        whole.add(read_policy(drawing.root))
    return whole


def forms_used(policy: Policy, key: str) -> frozenset[str]:
    """The start form of the process and the form of every task, by name."""
    used = {task.form for task in policy.tasks.values()} | {policy.start_forms.get(key, "")}
    return frozenset(used - {""})


def check_policy(bundle: Bundle, policy: Policy, words: Vocabulary) -> Iterator[Finding]:
    """Everything that the attributes promise, against what there is."""
    yield from policy.findings
    main = bundle.main()
    if main is not None:
        yield from _start_form(main, policy, words)
        for node in main.nodes.values():
            if node.tag == "endEvent":
                yield from _result(node, policy, words)
    for scope in bundle.scopes():
        for node in scope.nodes.values():
            if node.tag in HUMAN:
                yield from _task(node, policy, words)
            elif node.tag == "serviceTask":
                yield from _action(node, policy, words)


def _start_form(main: Scope, policy: Policy, words: Vocabulary) -> Iterator[Finding]:
    form = policy.start_forms.get(main.id, "")
    if not form:
        yield Finding(
            "start-form",
            main.id,
            f"{called(main.element)}没有写明申请表，请在流程上选“申请表”（flow:startForm）",
        )
    elif form not in words.forms:
        yield _no_form(main.id, called(main.element), form)


def _no_form(element: str, place: str, form: str) -> Finding:
    return Finding(
        "form-unknown",
        element,
        f"{place}用的表单“{form}”不存在，请一并上传 forms/{form}.json 或改正名称",
    )


def _result(node: Node, policy: Policy, words: Vocabulary) -> Iterator[Finding]:
    result = policy.results.get(node.id, "")
    if not result:
        yield Finding(
            "result", node.id, f"{node.called}没有写明办理结果，请选“办理结果”（flow:result）"
        )
    elif words.results and result not in words.results:
        known = "、".join(sorted(words.results))
        yield Finding(
            "result",
            node.id,
            f"{node.called}的“办理结果”（flow:result）“{result}”不认识，可用：{known}",
        )


def _task(node: Node, policy: Policy, words: Vocabulary) -> Iterator[Finding]:
    task = policy.tasks.get(node.id)
    if task is None:
        return
    if not (node.element.get("name") or "").strip():
        yield Finding("task-name", node.id, f"{node.called}没有名称，请写上办理人看得懂的步骤名")
    if not task.form:
        yield Finding("form-missing", node.id, f"{node.called}没有表单，请选“表单”（flow:form）")
    elif task.form not in words.forms:
        yield _no_form(node.id, node.called, task.form)
    official = any(party.scope != OWN_SCOPE for party in task.parties)
    if official and not (node.element.get(f"{{{FLOW}}}outcomes") or "").strip():
        yield Finding(
            "outcomes-missing",
            node.id,
            f"{node.called}没有办理结果，请加“办理结果”（flow:outcomes，例如 approve return）",
        )
    named = {role for party in task.parties for role in party.roles}
    for role in sorted(named & ROLES - words.roles):  # of others the policy has spoken
        yield Finding("flow-role", node.id, f"{node.called}的角色“{role}”不认识，请从角色表中选用")


def _action(node: Node, policy: Policy, words: Vocabulary) -> Iterator[Finding]:
    action = policy.actions.get(node.id, "")
    if action and action not in words.actions:
        known = "、".join(sorted(words.actions)) or "无"
        yield Finding(
            "action-unknown",
            node.id,
            f"{node.called}的“系统动作”（flow:action）“{action}”不认识，可用：{known}",
        )
