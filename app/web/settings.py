"""设置: the rooms that an administrator keeps."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.identity.units import empty_zones
from app.web.access import actor, can, requires
from app.web.front import room

bp = Blueprint("settings", __name__)

ROOMS = (
    ("people.index", "people:read", "人员", "本辖区工作人员的账号，重置密码"),
    ("rights.index", "people:read", "权限表", "各级角色、职务能看什么、办什么"),
    ("places.index", "places:edit", "管辖区划", "功能区管辖哪些区划；区划更名、合并、拆分"),
    ("annexes.index", "people:create", "附件导入导出", "附件1、2、3的人员成批导入，按原表导出"),
    ("accounts.index", "people:create", "账号开放", "没有登录过的账号，按批次开放并打印发放表"),
    ("accounts.rule", "accounts:rule", "账号规则", "初始密码按通知规则或随机产生，密码要求"),
    (
        "duties.index",
        "duties:edit",
        "三员分立",
        "系统、安全、审计由三人分别管理，怎样开启和换人",
    ),
    ("audit.index", "audit:read", "审计记录", "谁在什么时候、从哪里做了什么，只能看，不能改"),
    ("staffing.index", "rights:explain", "岗位人员", "每一环节今天由谁办，哪些无人可办、只有一人"),
    ("signers.tray", "task:assign", "无人可办", "本机构和上级都没有人能办的任务，指定一人办理"),
    ("substitutes.index", "people:create", "代理", "谁在哪些天由谁代理，可以提前结束"),
    ("limits.index", "limits:edit", "限额标准", "小散工程与施工许可的界限，按生效日期维护"),
    (
        "paper_texts.index",
        "papers:edit",
        "文书文字",
        "各种文书的固定文字，改了留下版本，先预览再用",
    ),
    ("checklist.index", "checklist:edit", "巡查检查表", "现场检查什么、不合格怎么办，按工程预览"),
    ("calendar.index", "calendar:edit", "工作日历", "节假日与调休，用于计算办理期限"),
    ("escalation.index", "calendar:edit", "督办规则", "快到期、超期时逐级告知谁，各级可以单独设置"),
    ("notice_texts.index", "papers:edit", "通知文字", "各种通知怎么写，改了留下版本，先预览再用"),
    ("webhooks.index", "units:edit", "消息推送", "本单位人员的通知同时推送到本单位的其他系统"),
    ("flows.index", "flow:read", "流程", "各事项的审批流程与版本"),
)


@bp.get("/settings")
@requires("people:read", "limits:edit", "duties:edit")
def index() -> ResponseReturnValue:
    """The rooms that this person may enter."""
    rooms = [
        {"url": room(endpoint), "title": title, "text": text}
        for endpoint, permission, title, text in ROOMS
        if can(permission) and room(endpoint)
    ]
    empty = empty_zones(actor().day) if can("places:edit") else ()
    return render_template("settings/index.html", rooms=rooms, empty_zones=empty)


def first_room() -> str:
    """Where somebody belongs who has no inbox: their own filings, the settings, or the register."""
    if not actor().staff:
        return "service.index"
    keeps = can("people:read") or can("limits:edit") or can("duties:edit")
    return "settings.index" if keeps else "cases.index" if can("case:read") else "front.about"
