"""A foreman answers an order from the link on his phone, without script; inspectors judge it."""

from __future__ import annotations

import re

from selenium.webdriver.support.ui import WebDriverWait

from app.identity import sms
from app.workflow.models import Case
from tests.browser.filing import Papers
from tests.browser.hands import PATIENCE, Hands
from tests.identity import people
from tests.smallworks.rectifications import orders
from tests.smallworks.town import Town


def test_a_foreman_answers_by_link_and_the_second_try_passes(
    by_phone: Hands, town: Town, papers: Papers
) -> None:
    texts = people.Phone()
    sms.use(texts)
    _work, case = orders.ordered(town, "power_cable", "order_stack")
    (link,) = re.findall(r"/l/\S+", next(text for _to, text in texts.messages if "/l/" in text))

    by_phone.open(link).press_through("获取验证码")
    by_phone.fill({"code": texts.code()}).press("进入办理").wait(f"/rectifications/{case.id}")
    by_phone.sees("已写好 0 条，共 2 条")
    by_phone.sees("还剩 3 天")
    by_phone.press("提交整改报告")
    by_phone.sees("还有隐患没有写明整改情况")
    for hazard in orders.hazards_of(case):
        _clear_of_the_bar(by_phone, f"#h-{hazard.id}")
        _answer(by_phone, hazard.id, papers)
    by_phone.sees("已写好 2 条，共 2 条")
    by_phone.press("提交整改报告")
    by_phone.sees("已提交整改报告，等待复查")
    assert not by_phone.all("textarea")

    _re_inspect(by_phone, town, case)


def _re_inspect(by_phone: Hands, town: Town, case: Case) -> None:
    """One hazard fails and is put right; then it is there again."""
    first, second = (hazard.id for hazard in orders.hazards_of(case))
    by_phone.leave().sign_in("luyuanqiu").open("/inbox?box=claimable").press("隐患整改")
    by_phone.wait(f"/rectifications/{case.id}")
    _judge(by_phone, first, "pass")
    by_phone.sees("已判定 1 条")
    _judge(by_phone, second, "fail")
    by_phone.sees("不合格的请写明理由")
    by_phone.find(f"#r-{second}").send_keys("钢管仍堆在通道里")
    _judge(by_phone, second, "fail")
    by_phone.sees("1 条不合格")
    by_phone.press("提交复查结论")
    by_phone.sees("第二次整改通知书")
    assert orders.states(case) == ["closed", "open"]

    orders.report(town, case)  # a second code would have to wait its minute
    by_phone.leave().sign_in("luyuanqiu").open(f"/rectifications/{case.id}")
    _judge(by_phone, second, "pass")
    by_phone.sees("全部合格")
    by_phone.press("提交复查结论")
    by_phone.sees("全部隐患已销号")

    by_phone.open(f"/hazards/{second}").press("重新打开")
    by_phone.fill({"reason": "通道又被钢管堵住"}).press("重新打开")
    by_phone.sees("重新打开过 1 次")
    assert orders.states(case) == ["closed", "open"]


def _answer(hands: Hands, hazard_id: str, papers: Papers) -> None:
    """Words and a photo for one hazard, saved by its own button."""
    card = f"#h-{hazard_id}"
    hands.find(f"{card} textarea").send_keys("已换新电缆，架空敷设")
    hands.find(f"{card} input[multiple]").send_keys(str(papers.photo))
    hands._click(hands.find(f"{card} button.btn-plain"))
    WebDriverWait(hands.driver, PATIENCE).until(lambda _: hands.all(f"{card} .green"))


def _clear_of_the_bar(hands: Hands, card: str) -> None:
    """Whoever types about a hazard at the lower edge sees the button that saves it."""
    run = hands.driver.execute_script
    field, button = hands.find(f"{card} textarea"), hands.find(f"{card} button.btn-plain")
    run("window.scrollTo({top: 0, behavior: 'instant'})")
    run("arguments[0].scrollIntoView({block: 'end', behavior: 'instant'})", field)
    bar = float(run("return arguments[0].getBoundingClientRect().top", hands.find(".sticky")))
    foot = float(run("return arguments[0].getBoundingClientRect().bottom", button))
    assert foot <= bar


def _judge(hands: Hands, hazard_id: str, verdict: str) -> None:
    hands._click(hands.find(f"#h-{hazard_id} button[value={verdict}]"))
