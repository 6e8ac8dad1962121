"""Channels over real HTTP: what each user sets, tries and is sent (spec, notify.md, "Channels").

One process has the gateway, customer and notify with its worker and its schedule; a mail server that asks for TLS and a password,
and an HTTP server in the place of the robots' vendors, stand beside it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet

from deploy.api_client import wait_until
from tests.integration.gateway.bad_input import assert_told, bad_requests
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.documented_routes import channel_routes
from tests.servers.mail_sink import MailSink, make_certificate
from tests.servers.robot_receiver import RobotReceiver

PATH = "/message-preferences"
ADDRESS = "zhang.wei@example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def sink(certificate: Path) -> Iterator[MailSink]:
    with MailSink("starttls", certificate, ("l2c", "s3cret")) as sink:
        yield sink


@pytest.fixture(scope="module")
def receiver() -> Iterator[RobotReceiver]:
    with RobotReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def post_office(start_gateway: StartGateway, sink: MailSink, receiver: RobotReceiver, certificate: Path) -> RunningGateway:
    office = start_gateway(
        SERVICES_PROGRAM,
        BEHIND="customer notify",
        WORKED="notify",
        RELAYED="all",
        SCHEDULED="1",
        L2C_RPC_TIMEOUT_SECONDS="10",
        L2C_HEALTH_PORT_BASE="0",
        L2C_SMTP_URL=sink.url,
        L2C_MAIL_FROM="L2C <l2c@example.com>",
        L2C_ROBOT_HOSTS=receiver.origin,
        L2C_SEALING_KEYS=Fernet.generate_key().decode(),
        L2C_CONSOLE_URL="https://l2c.example.com",
        SSL_CERT_FILE=str(certificate),
        NO_PROXY="127.0.0.1",
    )
    admin = office.client("admin")
    for login, email in (("zhangwei", ADDRESS), ("lina", None)):
        person = {"login": login, "name": "张伟", "roles": ["sales"], "email": email, "password": PASSWORD}
        answer = admin.post("/users", {**person, "department_id": str(office.departments["销售一部"])})
        assert answer.status_code == 201, answer.text
        _first_password(office, login)
    return office


def _first_password(office: RunningGateway, login: str) -> None:
    """A new user has to choose one of his own before anything else."""
    client = office.client(login)
    new = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
    answer = client.request("PUT", "/session/password", json=new)
    assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def zhang(post_office: RunningGateway) -> Client:
    client = Client(post_office.url).sign_in("zhangwei", PASSWORD + "!")
    wait_until("the directory's address", lambda: client.get(PATH).json()["email"])
    return client


def _set(client: Client, *channels: dict[str, Any], **content: Any) -> requests.Response:
    version = client.get(PATH).json()["version"]
    return client.request("PUT", PATH, json={"version": version, "digest_at": "09:00", "channels": list(channels), **content})


def test_whoever_has_set_nothing_sees_what_could_be_set(post_office: RunningGateway) -> None:
    answer = post_office.client("director").get(PATH)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"0"')
    assert answer.json() == {
        "version": 0,
        "language": "zh",
        "digest_at": "09:00",
        "quiet_hours": None,
        "email": None,
        "available": ["email", "wecom", "dingtalk", "feishu"],
        "channels": [],
    }


def test_what_is_set_is_shown_again_without_a_secret(zhang: Client, receiver: RobotReceiver) -> None:
    url = receiver.robot("0123456789-s3cr3t-abcd")
    wanted = {"channel": "dingtalk", "at_once": ["task"], "digest": ["billing"], "webhook_url": url, "secret": "SECwhisper"}
    quiet = {"from": "22:00", "until": "08:00"}
    answer = _set(zhang, wanted, {"channel": "email", "digest": ["task"]}, quiet_hours=quiet, language="en", digest_at="18:30")
    assert answer.status_code == 200, answer.text
    for shown in (answer, zhang.get(PATH)):
        assert "s3cr3t" not in shown.text
        assert "whisper" not in shown.text
        preferences = shown.json()
        assert (preferences["quiet_hours"], preferences["language"], preferences["digest_at"]) == (quiet, "en", "18:30")
        robot, mail = preferences["channels"]
        assert robot["webhook"] == {"host": receiver.origin.removeprefix("http://"), "ending": "abcd", "is_signed": True}
        assert (robot["at_once"], robot["digest"], robot["state"], robot["failed"]) == (["task"], ["billing"], "on", 0)
        assert (mail["channel"], mail["webhook"], mail["state"]) == ("email", None, "on")
    # Sent back without them, address and secret stay; an empty secret goes.
    kept = _set(zhang, {"channel": "dingtalk", "at_once": ["task"]}).json()["channels"][0]
    assert kept["webhook"]["is_signed"]
    assert not _set(zhang, {"channel": "dingtalk", "secret": ""}).json()["channels"][0]["webhook"]["is_signed"]


def test_of_two_who_change_them_at_once_the_second_is_told(zhang: Client) -> None:
    seen = zhang.get(PATH).headers["ETag"]
    wanted = {"digest_at": "09:00", "channels": []}
    assert zhang.request("PUT", PATH, json=wanted, headers={"If-Match": seen}).status_code == 200
    late = zhang.request("PUT", PATH, json=wanted, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "preferences_changed_meanwhile")
    late = zhang.request("PUT", PATH, json={**wanted, "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "preferences_changed_meanwhile")


def test_nobody_sees_or_changes_anybody_elses(post_office: RunningGateway, zhang: Client) -> None:
    _set(zhang, {"channel": "email", "at_once": ["task"]})
    sales = post_office.client("sales")
    assert sales.get(PATH).json()["channels"] == []
    assert _set(sales).status_code == 200
    assert len(zhang.get(PATH).json()["channels"]) == 1
    assert Client(post_office.url).get(PATH).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"digest_at": None}, "digest_at"),
        ({"digest_at": 9}, "digest_at"),
        ({"quiet_hours": {"from": "22:00"}}, "quiet_hours.until"),
        ({"quiet_hours": {"from": "22:00", "until": "22:00"}}, "quiet_hours.until"),
        ({"quiet_hours": {"from": "ten", "until": "08:00"}}, "quiet_hours.from"),
        ({"version": -1}, "version"),
        ({"channels": None}, "channels"),
        ({"channels": [{"channel": "email"}] * 5}, "channels"),
        ({"channels": [{"channel": "email"}, {"channel": "email"}]}, "channels.1.channel"),
        ({"channels": [{"channel": "telegram"}]}, "channels.0.channel"),
        ({"channels": [{"channel": "email", "at_once": ["gossip"]}]}, "channels.0.at_once.0"),
        ({"channels": [{"channel": "email", "at_once": ["task"], "digest": ["task"]}]}, "channels.0.digest"),
        ({"channels": [{"channel": "email", "least_severity": "panic"}]}, "channels.0.least_severity"),
        ({"channels": [{"channel": "email", "webhook_url": "https://a.example.com"}]}, "channels.0.webhook_url"),
        ({"channels": [{"channel": "email", "secret": "x"}]}, "channels.0.secret"),
        ({"channels": [{"channel": "wecom", "webhook_url": "{robot}", "secret": "x"}]}, "channels.0.secret"),
        ({"channels": [{"channel": "wecom"}]}, "channels.0.webhook_url"),
        ({"channels": [{"channel": "wecom", "webhook_url": "https://evil.example.com/x"}]}, "channels.0.webhook_url"),
        ({"channels": [{"channel": "feishu", "webhook_url": "http://169.254.169.254/latest"}]}, "channels.0.webhook_url"),
        ({"channels": [{"channel": "feishu", "webhook_url": "{robot}".ljust(1100, "x")}]}, "channels.0.webhook_url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_preferences_are_refused_by_their_field(
    post_office: RunningGateway, receiver: RobotReceiver, wrong: dict[str, Any], field: str
) -> None:
    client = post_office.client("lead")
    for channel in wrong.get("channels") or ():
        if "webhook_url" in channel:
            channel["webhook_url"] = channel["webhook_url"].replace("{robot}", receiver.robot("x"))
    answer = client.request("PUT", PATH, json={"version": 0, "digest_at": "09:00", "channels": [], **wrong})
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert client.get(PATH).json()["version"] == 0


@pytest.mark.parametrize("route", channel_routes(), ids=str)
def test_bad_input_is_told_by_its_field_and_nothing_is_a_fault(post_office: RunningGateway, route: Any) -> None:
    client = post_office.client("care")
    for why, answer in bad_requests(client, route, {}):
        assert_told(why, answer)


def test_a_test_message_says_what_the_server_answered(zhang: Client, sink: MailSink, receiver: RobotReceiver) -> None:
    _set(zhang, {"channel": "email"}, {"channel": "feishu", "webhook_url": receiver.robot("group")})
    tested = zhang.post(f"{PATH}/test", {"channel": "email"})
    assert (tested.status_code, tested.json()["is_sent"]) == (200, True), tested.text
    assert [str(mail["Subject"]) for mail in sink.to(ADDRESS)] == ["测试消息"]
    receiver.answers = [(200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})]
    refused = zhang.post(f"{PATH}/test", {"channel": "feishu"}).json()
    assert refused == {"is_sent": False, "answer": "19021 sign match fail or timestamp is not within one hour"}
    soon = zhang.post(f"{PATH}/test", {"channel": "feishu"})
    assert (soon.status_code, soon.json()["code"], soon.headers["Retry-After"]) == (429, "channel_tested_just_now", "10")


def test_what_cannot_be_tried_says_why(post_office: RunningGateway) -> None:
    lina = Client(post_office.url).sign_in("lina", PASSWORD + "!")
    unset = lina.post(f"{PATH}/test", {"channel": "email"})
    assert (unset.status_code, unset.json()["code"]) == (409, "channel_not_set")
    assert _set(lina, {"channel": "email"}).json()["channels"][0]["state"] == "no_address"
    unknown = lina.post(f"{PATH}/test", {"channel": "email"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "no_mail_address")


def test_a_message_is_mailed_by_the_worker_within_seconds(
    post_office: RunningGateway, zhang: Client, sink: MailSink, receiver: RobotReceiver
) -> None:
    """All the way: a transfer is said by customer, posted by notify, and sent by its worker, which beat wakes."""
    robot = {"channel": "wecom", "at_once": ["customer"], "webhook_url": receiver.robot("mine")}
    assert _set(zhang, {"channel": "email", "at_once": ["customer"]}, robot).status_code == 200
    customer = post_office.client("sales").post("/customers", {"name": "上海云帆网络科技有限公司"})
    assert customer.status_code == 201, customer.text
    admin, me = post_office.client("admin"), zhang.get("/session").json()["user"]["id"]
    transfer = {"customer_ids": [customer.json()["id"]], "to_user_id": me, "reason": "区域调整"}
    moved = wait_until("customer to know whom", lambda: _moved(admin.post("/customer-transfers", transfer)))
    assert moved
    mail = wait_until("the mail", lambda: [each for each in sink.to(ADDRESS) if each["Subject"] == "1 个客户转由您跟进"])[0]
    assert "区域调整" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has a plain part
    post = wait_until("the robot's post", lambda: receiver.to("mine"))[0]
    assert post.body["markdown"]["content"].startswith("**1 个客户转由您跟进**")
    for channel in zhang.get(PATH).json()["channels"]:
        assert (channel["waiting"], channel["failed"], channel["last_sent_at"] is None) == (0, 0, False)


def _moved(answer: requests.Response) -> bool:
    return answer.status_code == 200 and answer.json()["transferred"] == 1


def test_the_health_page_says_how_channels_are_doing(post_office: RunningGateway) -> None:
    health = requests.get(f"{post_office.url}/health/ready", timeout=10).json()["services"]["notify"]
    assert health["ready"], health
    assert health["checks"]["email"] == {"ok": True, "state": "on", "waiting": 0, "failed": 0}
    assert health["checks"]["robots"]["state"] == "on"


def test_without_a_configured_server_channels_are_off_and_say_so_on_the_health_page(start_gateway: StartGateway) -> None:
    bare = start_gateway(SERVICES_PROGRAM, BEHIND="notify", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")
    health = requests.get(f"{bare.url}/health/ready", timeout=10).json()["services"]["notify"]
    assert health["ready"], health
    assert health["checks"]["email"] == {"ok": True, "state": "off (no L2C_SMTP_URL)"}
    assert health["checks"]["robots"] == {"ok": True, "state": "off (no L2C_ROBOT_HOSTS)"}
    client = bare.client("sales")
    shown = _set(client, {"channel": "email"}).json()
    assert (shown["available"], shown["channels"][0]["state"]) == ([], "no_server")
    assert client.post(f"{PATH}/test", {"channel": "email"}).json()["code"] == "channel_without_server"
    robot = _set(client, {"channel": "wecom", "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"})
    assert [(error["field"], error["code"]) for error in robot.json()["errors"]] == [
        ("channels.0.webhook_url", "channel_without_server")
    ]
