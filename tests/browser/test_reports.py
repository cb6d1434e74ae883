"""On a phone without script: somebody reports a site, and a reader looks at who is published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from app.db import session
from app.identity import sms
from app.smallworks.reports.models import SiteReport
from app.workflow.models import Attachment
from tests.browser.hands import Hands
from tests.identity.people import Phone
from tests.smallworks.records.market import SHOWN, filed, hire, propose, recorded
from tests.smallworks.town import Town


def test_somebody_reports_a_site_on_a_phone_and_asks_what_became_of_it(
    by_phone: Hands, town: Town, tmp_path: Path
) -> None:
    texts = Phone()
    sms.use(texts)
    photo = tmp_path / "现场.jpg"
    Image.new("RGB", (64, 48), "grey").save(photo)
    by_phone.open("/").press("举报投诉").wait_for("举报未备案施工")
    by_phone.press("西陵区").press("西陵街道").press("铁路坝社区").find("#what")
    by_phone.fill({"address": "胜利四路 66 号", "what": "外墙搭架子施工，没有围挡"})
    by_phone.find("#photos").send_keys(str(photo))
    by_phone.press("提交").wait_for("举报办理情况")
    assert "核实中" in by_phone.text
    report = session().scalars(select(SiteReport)).one()
    assert by_phone.path == f"/report/{report.code}"
    assert session().scalars(select(Attachment.field)).all() == ["photos"]

    by_phone.fill({"phone": "13900007777"}).press("获取验证码").find("#code")
    by_phone.fill({"code": texts.code()}).press("确定").wait(f"/report/{report.code}")
    town.decide(report.case, "shecundong", "untrue", findings="现场无施工", reply="感谢反映")
    by_phone.open(f"/report/{report.code}").wait_for("举报办理情况")
    assert "情况不实" in by_phone.text
    assert "感谢反映" in by_phone.text
    assert "13900007777" not in by_phone.text


def test_anybody_reads_who_is_shut_out_and_nothing_private(by_phone: Hands, town: Town) -> None:
    hire(town.at - timedelta(days=30))
    recorded(town, propose(town, filed(town), "stop_breach"), "ban")
    by_phone.open("/").press("不良行为公示").wait_for("不良行为公示")
    assert "宜昌橘颂装饰有限公司" in by_phone.text
    assert SHOWN in by_phone.text
    for private in ("冼南橘", "13900003333", "鄢小满", "沿江大道"):
        assert private not in by_phone.text
