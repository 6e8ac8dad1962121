"""Messages by group robots, against a real HTTP server (spec, notify.md: "group-robot webhooks (WeCom, DingTalk, Feishu …)")."""

import logging

import pytest

from services.kit.database import Database
from services.kit.settings import Settings
from services.kit.webhooks import OriginNotAllowed, WebhookAway, Webhooks, origin_of
from services.notify.domain.retries import RETRY_DELAYS
from services.notify.domain.robots import dingtalk_signature, feishu_signature
from tests.integration.notify.channels import (
    LEAD,
    MORNING,
    SALES,
    channel,
    post,
    prefer,
    rows,
    seen_by,
    send,
    settings_of,
    shanghai,
    task_event,
)
from tests.servers.mail_sink import MailSink
from tests.servers.robot_receiver import RobotReceiver


@pytest.fixture
def settings(database: Database, receiver: RobotReceiver) -> Settings:
    return settings_of(database, robot_hosts=(receiver.origin,))


def test_each_vendors_robot_gets_its_format_signed_where_it_asks_for_that(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    prefer(
        database,
        settings,
        SALES,
        channel("wecom", webhook_url=receiver.robot("w")),
        channel("dingtalk", webhook_url=receiver.robot("d"), secret="SECd"),
        channel("feishu", webhook_url=receiver.robot("f"), secret="f"),
    )
    post(database, task_event())
    assert send(database, settings) == 3
    (wecom,), (dingtalk,), (feishu,) = (receiver.to(key) for key in "wdf")
    assert wecom.body["markdown"]["content"].startswith(
        "**待办：销账 · 销售确认**\n王芳 发起的“销账 1 号”等待您处理。\n[查看](https://"
    )
    milliseconds = int(MORNING.timestamp() * 1000)
    assert dingtalk.query == {"key": "d", **dingtalk_signature(milliseconds, "SECd")}
    assert dingtalk.body["markdown"]["title"] == "待办：销账 · 销售确认"
    signed = {name: feishu.body[name] for name in ("timestamp", "sign")}
    assert signed == feishu_signature(int(MORNING.timestamp()), "f")
    assert feishu.body["content"]["post"]["zh_cn"]["title"] == "待办：销账 · 销售确认"


@pytest.mark.parametrize("key", ["w", "f"])
def test_a_vendor_that_refuses_with_a_200_has_not_taken_it(
    database: Database, settings: Settings, receiver: RobotReceiver, key: str
) -> None:
    vendor, busy, gone = {
        "w": (
            "wecom",
            {"errcode": 45009, "errmsg": "api freq out of limit"},
            {"errcode": 93000, "errmsg": "invalid webhook url"},
        ),
        "f": (
            "feishu",
            {"code": 11232, "msg": "frequency limited"},
            {"code": 19001, "msg": "incoming webhook access token invalid"},
        ),
    }[key]
    prefer(database, settings, SALES, channel(vendor, webhook_url=receiver.robot(key)))
    post(database, task_event(1))
    receiver.answers = [(200, busy), (502, {}), (200, gone)]
    now = MORNING
    for delay in (*RETRY_DELAYS[:2], RETRY_DELAYS[2]):
        assert send(database, settings, at=now) == 0
        now += delay
    assert send(database, settings, at=now) == 0
    assert len(receiver.posts) == 3, "what never will be taken is not tried again"
    seen = seen_by(database, settings, SALES)
    said = " ".join(str(part) for part in gone.values())
    assert (seen["failed"], seen["last_failure"]) == (1, said)


def test_a_vendor_that_is_away_gets_it_once_it_is_back(database: Database) -> None:
    receiver = RobotReceiver()
    settings = settings_of(database, robot_hosts=(receiver.origin,))
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("w")))
    post(database, task_event())
    assert send(database, settings) == 0
    with receiver:
        assert send(database, settings, at=MORNING + RETRY_DELAYS[0]) == 1
    assert len(receiver.posts) == 1


def test_a_vendor_that_is_away_is_waited_for_once_a_run_however_many_robots_it_has(
    database: Database, receiver: RobotReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(database, robot_hosts=(receiver.origin,))
    for number, user_id in enumerate((SALES, LEAD)):
        prefer(database, settings, user_id, channel("wecom", webhook_url=receiver.robot(str(number))))
        post(database, task_event(number, user_id))
    asked: list[str] = []

    def away(_self: Webhooks, url: str, _query: object, _body: object) -> None:
        asked.append(url)
        raise WebhookAway("ConnectTimeout")

    monkeypatch.setattr(Webhooks, "post", away)
    assert send(database, settings) == 0
    assert len(asked) == 1
    assert [row.said for row in rows(database, "SELECT said FROM letters")] == ["ConnectTimeout"] * 2
    monkeypatch.undo()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert send(database, settings, at=MORNING + RETRY_DELAYS[0]) == 2


def test_what_waits_for_one_robot_is_one_post_whoever_set_it(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    """A vendor takes 20 posts a minute of a robot, and a group wants to read a message once."""
    for user_id in (SALES, LEAD):
        prefer(database, settings, user_id, channel("wecom", webhook_url=receiver.robot("team")))
    event = task_event(1)
    tasks = [{**event.data["tasks"][0], "id": task_event(n).data["tasks"][0]["id"], "user_id": user} for n, user in
             enumerate([SALES, LEAD] * 15)]  # fmt: skip
    event.data["tasks"] = tasks
    post(database, event)
    assert send(database, settings) == 1
    (posted,) = receiver.posts
    content = posted.body["markdown"]["content"]
    assert content.startswith("**30 条新消息：")
    assert len(content.encode()) <= 4096
    assert rows(database, "SELECT count(*) FROM deliveries WHERE letter_id IS NOT NULL") == [(30,)]


def test_two_robots_of_one_vendor_do_not_hear_of_each_other(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("sales")))
    prefer(database, settings, LEAD, channel("wecom", webhook_url=receiver.robot("leads")))
    post(database, task_event(1, SALES))
    send(database, settings)
    assert (len(receiver.to("sales")), len(receiver.to("leads"))) == (1, 0)


def test_a_robots_digest_is_one_post_a_day(database: Database, settings: Settings, receiver: RobotReceiver) -> None:
    prefer(database, settings, SALES, channel("dingtalk", webhook_url=receiver.robot("d"), at_once=[], digest=["task"]))
    for number in range(3):
        post(database, task_event(number), at=shanghai(2, 8))
    assert send(database, settings, at=shanghai(2, 9)) == 1
    assert receiver.posts[0].body["markdown"]["title"] == "每日摘要（3月2日）：3 条未读消息"


def test_readers_who_share_a_robot_have_each_a_digest_at_their_own_hour(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    robot = channel("wecom", webhook_url=receiver.robot("team"), at_once=[], digest=["task"])
    prefer(database, settings, SALES, robot, digest_at="09:00")
    prefer(database, settings, LEAD, robot, digest_at="18:00", quiet_hours={"from": "17:00", "until": "19:00"})
    post(database, task_event(1, SALES), at=shanghai(2, 8))
    post(database, task_event(2, LEAD), at=shanghai(2, 8))
    assert [send(database, settings, at=shanghai(2, hour)) for hour in (9, 18, 19)] == [1, 0, 1]
    assert len(receiver.to("team")) == 2


def test_a_digest_that_has_no_address_any_more_goes_to_the_new_one(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("old"), at_once=[], digest=["task"]))
    post(database, task_event(), at=shanghai(2, 8))
    receiver.answers = [(502, {})]
    assert send(database, settings, at=shanghai(2, 9)) == 0
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("new"), at_once=[], digest=["task"]))
    assert send(database, settings, at=shanghai(2, 9)) == 1
    assert len(receiver.to("new")) == 1


def test_what_waits_goes_to_the_address_that_was_set_since(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("old")))
    post(database, task_event(1))
    receiver.answers = [(502, {})]
    send(database, settings)
    post(database, task_event(2))
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("new")))
    assert send(database, settings) == 1
    assert (len(receiver.to("old")), len(receiver.to("new"))) == (1, 1)
    assert receiver.to("new")[0].body["markdown"]["content"].startswith("**2 条新消息")


def test_nothing_is_posted_where_the_settings_do_not_allow_it(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("w")))
    post(database, task_event(1))
    elsewhere = settings_of(database, robot_hosts=("https://qyapi.weixin.qq.com",))
    assert send(database, elsewhere) == 0
    assert receiver.posts == []
    assert seen_by(database, settings, SALES)["last_failure"] == f"not allowed: {receiver.origin}"


def test_a_redirect_is_not_followed(database: Database, settings: Settings, receiver: RobotReceiver) -> None:
    prefer(database, settings, SALES, channel("wecom", webhook_url=receiver.robot("w")))
    post(database, task_event(1))
    with RobotReceiver() as inside:
        receiver.location = inside.robot("internal")
        receiver.answers = [(307, {})]
        assert send(database, settings) == 0
        assert inside.posts == []
    assert seen_by(database, settings, SALES)["last_failure"] == "HTTP 307"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}.evil.example.com/x",
        "http://127.0.0.1:{port}@evil.example.com/x",
        "http://evil.example.com/127.0.0.1:{port}",
        "https://127.0.0.1:{port}/x",
        "http://127.0.0.1/x",
        "http://localhost:{port}/x",
        "http://2130706433:{port}/x",
        "file:///etc/passwd",
        "http://127.0.0.1:{port}\\@evil.example.com/",
        "http://127.0.0.1:99999/x",
        "//127.0.0.1:{port}/x",
        "http://[::1/x",
        "",
    ],
)
def test_only_the_very_origin_that_is_allowed_is_posted_to(receiver: RobotReceiver, url: str) -> None:
    with Webhooks([receiver.origin]) as webhooks, pytest.raises(OriginNotAllowed):
        webhooks.post(url.format(port=receiver.port), {}, {})
    assert receiver.posts == []


def test_the_case_of_a_host_does_not_matter() -> None:
    assert origin_of("https://OAPI.DingTalk.com/robot/send?access_token=X") == "https://oapi.dingtalk.com"


def test_a_robots_address_is_in_no_log_and_in_no_failure(
    database: Database, receiver: RobotReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever knows it may post to the group."""
    caplog.set_level(logging.DEBUG)
    settings = settings_of(database, robot_hosts=(receiver.origin,))
    wanted = channel("dingtalk", webhook_url=receiver.robot("s3cr3t-key"), secret="SECs3cr3t")
    prefer(database, settings, SALES, wanted)
    receiver.stop()
    post(database, task_event())
    send(database, settings)
    receiver.start()
    send(database, settings, at=MORNING + RETRY_DELAYS[0])
    assert len(receiver.posts) == 1
    (audited,) = rows(database, "SELECT * FROM audit_entries WHERE action = 'message_preferences_set'")
    assert audited.after["channels"][0]["webhook"] == {"host": f"127.0.0.1:{receiver.port}", "ending": "-key", "is_signed": True}
    told = f"{caplog.text} {rows(database, 'SELECT said FROM letters')} {audited}"
    assert "s3cr3t" not in told
    with Webhooks([receiver.origin]) as webhooks:
        receiver.stop()
        with pytest.raises(WebhookAway) as away:
            webhooks.post(receiver.robot("s3cr3t-key"), {}, {})
        assert "s3cr3t" not in f"{away.value!r} {away.value.__cause__!r}"
        receiver.start()


def test_a_robot_that_fails_keeps_no_mail_from_going(database: Database, receiver: RobotReceiver) -> None:
    with MailSink() as sink:
        settings = settings_of(database, smtp_url=sink.url, robot_hosts=(receiver.origin,))
        prefer(database, settings, SALES, channel(), channel("wecom", webhook_url=receiver.robot("w")))
        post(database, task_event())
        receiver.answers = [(500, {})]
        assert send(database, settings) == 1
        assert len(sink.mails) == 1
