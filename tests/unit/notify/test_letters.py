"""What is sent, letter for letter: mails, and posts in each vendor's format (spec, notify.md, "Channels")."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contracts.notify import CATEGORIES
from services.contracts.notify_channel_calls import CHANNELS, SEVERITIES, SIGNED_CHANNELS
from services.notify.domain import templates
from services.notify.domain.letters import CATEGORY_NAMES, LISTED_MAX, Item, Letter, address
from services.notify.domain.mails import mail_text
from services.notify.domain.robots import (
    SIGNED_VENDORS,
    VENDORS,
    dingtalk_signature,
    feishu_signature,
    outcome_of,
    robot_post,
)

CONSOLE = "https://l2c.example.com"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TASK = Item("task", "待办：销账 · 销售确认", "张伟 发起的“销账 上海云帆”等待您处理。", "/processes/7?task=8")
BILL = Item("billing", "账单已生成", "上海云帆 2026-02 账单 24.00 元。", "/bills/9")
FALL = Item("task", "已退回：对账", "被 王芳 退回：金额不符", "/processes/10")


def _letter(*items: Item, language: str = "zh", day: date | None = None) -> Letter:
    return Letter("0190", language, day, items)


def test_contracts_and_domain_name_the_same() -> None:
    assert tuple(CATEGORY_NAMES) == CATEGORIES
    assert ("email", *VENDORS) == CHANNELS
    assert (SIGNED_VENDORS, templates.SEVERITIES) == (SIGNED_CHANNELS, SEVERITIES)


def test_a_mail_about_one_message_is_that_message_with_its_link() -> None:
    mail = mail_text(_letter(TASK), CONSOLE)
    assert mail.subject == "待办：销账 · 销售确认"
    assert mail.text == (
        "待办：销账 · 销售确认\n\n张伟 发起的“销账 上海云帆”等待您处理。\n\nhttps://l2c.example.com/processes/7?task=8\n\n"
        "--\n您在消息设置中选择了以邮件接收，可随时在那里更改。\n"
    )
    assert '<a href="https://l2c.example.com/processes/7?task=8">查看</a>' in mail.html


def test_a_digest_lists_what_is_unread_by_category() -> None:
    mail = mail_text(_letter(TASK, BILL, FALL, day=date(2026, 3, 2)), CONSOLE)
    assert mail.subject == "每日摘要（3月2日）：3 条未读消息"
    assert mail.text == (
        "每日摘要（3月2日）：3 条未读消息\n\n"
        "【待办】\n\n"
        "待办：销账 · 销售确认\n张伟 发起的“销账 上海云帆”等待您处理。\nhttps://l2c.example.com/processes/7?task=8\n\n"
        "已退回：对账\n被 王芳 退回：金额不符\nhttps://l2c.example.com/processes/10\n\n"
        "【账单】\n\n"
        "账单已生成\n上海云帆 2026-02 账单 24.00 元。\nhttps://l2c.example.com/bills/9\n\n"
        "--\n您在消息设置中选择了以邮件接收，可随时在那里更改。\n"
    )
    assert "<p></p>" not in mail.html


def test_a_digest_in_english_says_the_same_in_english() -> None:
    letter = _letter(Item("task", "To do", "“Write-off” waits for you.", "/processes/7"), language="en", day=date(2026, 3, 2))
    mail = mail_text(letter, CONSOLE)
    assert mail.subject == "Daily digest of 2026-03-02: 1 unread"
    assert mail.text.splitlines()[2] == "TO DO"
    assert mail.text.endswith("change it there.\n")


def test_what_waited_together_is_one_letter() -> None:
    assert mail_text(_letter(TASK, BILL), CONSOLE).subject == "2 条新消息：待办：销账 · 销售确认 等"
    assert mail_text(_letter(TASK, BILL, language="en"), CONSOLE).subject == "2 new messages: 待办：销账 · 销售确认, …"


def test_a_customers_name_never_becomes_markup() -> None:
    evil = Item("task", "<script>alert(1)</script>", 'x" onclick="y & <b>', '/customers/"><img src=x>')
    html = mail_text(_letter(evil), CONSOLE).html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    markdown = robot_post("wecom", _letter(Item("task", "[点我](http://evil)", "<@all> **x**", "/a")), CONSOLE, "", NOW)
    assert markdown.body["markdown"]["content"] == (
        "**［点我］(http://evil)**\n＜@all＞ ＊＊x＊＊\n[查看](https://l2c.example.com/a)"
    )


def test_a_link_cannot_end_early() -> None:
    assert address(CONSOLE, "/a b)(<>\"'`") == "https://l2c.example.com/a%20b%29%28%3C%3E%22%27%60"
    assert address(CONSOLE, "/processes/7?task=8&x=1#y") == "https://l2c.example.com/processes/7?task=8&x=1#y"


def test_more_than_a_mail_lists_are_counted() -> None:
    mail = mail_text(_letter(*[TASK] * (LISTED_MAX + 3), day=date(2026, 3, 2)), CONSOLE)
    assert mail.subject.endswith("53 条未读消息")
    assert "另有 3 条，请在消息中查看。" in mail.text
    assert mail.text.count("/processes/7") == LISTED_MAX


@pytest.mark.parametrize(
    ("vendor", "body"),
    [
        (
            "wecom",
            {
                "msgtype": "markdown",
                "markdown": {
                    "content": "**待办：销账 · 销售确认**\n张伟 发起的“销账 上海云帆”等待您处理。\n"
                    "[查看](https://l2c.example.com/processes/7?task=8)"
                },
            },
        ),
        (
            "dingtalk",
            {
                "msgtype": "markdown",
                "markdown": {
                    "title": "待办：销账 · 销售确认",
                    "text": "**待办：销账 · 销售确认**\n\n张伟 发起的“销账 上海云帆”等待您处理。\n\n"
                    "[查看](https://l2c.example.com/processes/7?task=8)",
                },
            },
        ),
        (
            "feishu",
            {
                "msg_type": "post",
                "content": {
                    "post": {
                        "zh_cn": {
                            "title": "待办：销账 · 销售确认",
                            "content": [
                                [{"tag": "text", "text": "张伟 发起的“销账 上海云帆”等待您处理。"}],
                                [{"tag": "a", "text": "查看", "href": "https://l2c.example.com/processes/7?task=8"}],
                            ],
                        }
                    }
                },
            },
        ),
    ],
)
def test_a_message_is_posted_in_its_vendors_format(vendor: str, body: dict[str, Any]) -> None:
    post = robot_post(vendor, _letter(TASK), CONSOLE, "", NOW)
    assert (post.query, post.body) == ({}, body)


def test_a_list_is_posted_in_its_vendors_format() -> None:
    letter = _letter(TASK, BILL, day=date(2026, 3, 2))
    assert robot_post("wecom", letter, CONSOLE, "", NOW).body["markdown"]["content"] == (
        "**每日摘要（3月2日）：2 条未读消息**\n"
        "**待办**\n"
        "- [待办：销账 · 销售确认](https://l2c.example.com/processes/7?task=8) 张伟 发起的“销账 上海云帆”等待您处理。\n"
        "**账单**\n"
        "- [账单已生成](https://l2c.example.com/bills/9) 上海云帆 2026-02 账单 24.00 元。"
    )
    post = robot_post("feishu", _letter(TASK, BILL, language="en"), CONSOLE, "", NOW).body["content"]["post"]["en_us"]
    assert post["title"] == "2 new messages: 待办：销账 · 销售确认, …"
    assert post["content"][:2] == [
        [{"tag": "text", "text": "To do"}],
        [
            {"tag": "a", "text": TASK.title, "href": "https://l2c.example.com/processes/7?task=8"},
            {"tag": "text", "text": f" {TASK.text}"},
        ],
    ]


@pytest.mark.parametrize(("vendor", "bytes_max"), [("wecom", 4096), ("dingtalk", 20_000), ("feishu", 20_000)])
@pytest.mark.parametrize("count", [1, 50, 500])
def test_a_post_is_never_larger_than_its_vendor_takes(vendor: str, bytes_max: int, count: int) -> None:
    long = Item("task", "很" * 300, "长" * 3000, "/processes/7")
    body = robot_post(vendor, _letter(*[long] * count), CONSOLE, "s", NOW).body
    shown = body.get("markdown", {}).get("content") or body.get("markdown", {}).get("text")
    assert len((shown or json.dumps(body["content"], ensure_ascii=False)).encode()) <= bytes_max
    if count > 1:
        # Whatever did not fit is counted.
        listed = json.dumps(body, ensure_ascii=False).count("/processes/7")
        assert f"另有 {count - listed} 条" in json.dumps(body, ensure_ascii=False)


def test_signatures_are_those_of_the_vendors() -> None:
    """By the way that each vendor documents; the values are openssl's: ``printf '%s\\n%s' $time $secret | openssl dgst -sha256
    -hmac $secret -binary | base64`` for DingTalk, and ``-mac HMAC -macopt key:"$time\\n$secret"`` of nothing for Feishu."""
    assert dingtalk_signature(1583836800000, "SECthis-is-secret") == {
        "timestamp": "1583836800000",
        "sign": "AK0QdlPBJUwC0KyQxA6hIfwmmODMmEg7gaigMUQxCiE=",
    }
    assert feishu_signature(1599360473, "demo") == {
        "timestamp": "1599360473",
        "sign": "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
    }


def test_dingtalk_signs_in_the_query_in_milliseconds_and_feishu_in_the_body_in_seconds() -> None:
    assert robot_post("dingtalk", _letter(TASK), CONSOLE, "s", NOW).query == dingtalk_signature(1772413200000, "s")
    body = robot_post("feishu", _letter(TASK), CONSOLE, "s", NOW).body
    assert {name: body[name] for name in ("timestamp", "sign")} == feishu_signature(1772413200, "s")
    assert robot_post("wecom", _letter(TASK), CONSOLE, "s", NOW).query == {}


@pytest.mark.parametrize(
    ("vendor", "status", "body", "kind"),
    [
        ("wecom", 200, {"errcode": 0, "errmsg": "ok"}, "sent"),
        ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, "refused"),
        ("wecom", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, "later"),
        ("wecom", 200, {"errcode": -1, "errmsg": "system busy"}, "later"),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "sign not match"}, "refused"),
        ("dingtalk", 200, {"errcode": 130101, "errmsg": "send too fast"}, "later"),
        ("feishu", 200, {"code": 0, "msg": "success", "data": {}}, "sent"),
        ("feishu", 200, {"StatusCode": 0, "StatusMessage": "success"}, "sent"),
        ("feishu", 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}, "refused"),
        ("feishu", 200, {"code": 11232, "msg": "frequency limited"}, "later"),
        ("feishu", 200, {}, "later"),
        ("wecom", 200, {"errcode": False}, "later"),
        ("wecom", 200, {"errcode": ["0"]}, "later"),
        ("wecom", 302, {}, "refused"),
        ("wecom", 404, {}, "refused"),
        ("wecom", 429, {}, "later"),
        ("wecom", 502, {}, "later"),
    ],
)
def test_a_vendor_that_answers_200_with_a_code_has_refused(vendor: str, status: int, body: dict[str, Any], kind: str) -> None:
    assert outcome_of(vendor, status, body).kind == kind
