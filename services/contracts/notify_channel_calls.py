"""The payloads of notify's calls about channels: what each user has set for him- or herself."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts.notify import CATEGORIES
from services.kit.schema import Instant, Schema

CHANNELS: Final = ("email", "wecom", "dingtalk", "feishu")
"""Mail, and the group robots of three vendors."""
SIGNED_CHANNELS: Final = ("dingtalk", "feishu")
LANGUAGES: Final = ("zh", "en")
SEVERITIES: Final = ("info", "warning", "action")
"""The least first."""
URL_LENGTH_MAX: Final = 1000
SECRET_LENGTH_MAX: Final = 200

_CLOCK: Final = "%H:%M"


class QuietHours(Schema):
    """Every day, in Shanghai: what falls into them is sent when they end. Past midnight where ``until`` is not the later one."""

    start = fields.Time(required=True, format=_CLOCK, data_key="from")
    end = fields.Time(required=True, format=_CLOCK, data_key="until")

    @validates_schema(skip_on_field_errors=True)
    def _last(self, hours: Mapping[str, Any], **_: Any) -> None:
        if hours["start"] == hours["end"]:
            raise ValidationError("window_of_no_time", "until")


class ChannelContent(Schema):
    """What goes over a channel: categories ``at_once``, others in the daily ``digest``, of at least this severity; none else."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    is_on = fields.Boolean(load_default=True)
    at_once = fields.List(fields.String(validate=validate.OneOf(CATEGORIES)), load_default=[])
    digest = fields.List(fields.String(validate=validate.OneOf(CATEGORIES)), load_default=[])
    least_severity = fields.String(load_default="info", validate=validate.OneOf(SEVERITIES))


class SetChannel(ChannelContent):
    """A robot has its ``webhook_url`` and, if it asks for signatures, its ``secret``. Left out, or null, each stays as it is;
    an empty ``secret`` takes it away."""

    webhook_url = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=URL_LENGTH_MAX))
    secret = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=SECRET_LENGTH_MAX))

    @validates_schema(skip_on_field_errors=True)
    def _fit(self, channel: Mapping[str, Any], **_: Any) -> None:
        if set(channel["at_once"]) & set(channel["digest"]):
            raise ValidationError("repeated", "digest")
        if channel["webhook_url"] is not None and channel["channel"] == "email":
            raise ValidationError("only_of_robots", "webhook_url")
        if channel["secret"] and channel["channel"] not in SIGNED_CHANNELS:
            raise ValidationError("channel_not_signed", "secret")


class PreferencesContent(Schema):
    """``digest_at``: when the day's digest goes out, in Shanghai. ``quiet_hours``: null for none."""

    language = fields.String(load_default="zh", validate=validate.OneOf(LANGUAGES))
    digest_at = fields.Time(required=True, format=_CLOCK)


class SetMessagePreferences(PreferencesContent):
    """All of them anew. ``version`` is that of what was seen, 0 where nothing was set; channels left out are forgotten."""

    version = fields.Integer(required=True, validate=validate.Range(min=0))
    quiet_hours = fields.Nested(QuietHours, load_default=None, allow_none=True)
    channels = fields.List(fields.Nested(SetChannel), required=True, validate=validate.Length(max=len(CHANNELS)))

    @validates_schema(skip_on_field_errors=True)
    def _each_once(self, preferences: Mapping[str, Any], **_: Any) -> None:
        names = [channel["channel"] for channel in preferences["channels"]]
        repeated = {index: {"channel": ["repeated"]} for index, name in enumerate(names) if name in names[:index]}
        if repeated:
            raise ValidationError({"channels": repeated})


class Webhook(Schema):
    """A robot's address as far as it is shown: its host, and its last characters. ``is_signed``: whether its secret is known."""

    host = fields.String()
    ending = fields.String()
    is_signed = fields.Boolean()


class Channel(ChannelContent):
    """``state``: ``on``, ``off``, or why nothing can be sent: ``no_server`` (the system has none for it), ``no_address`` (the
    directory knows no mail address; the key that a robot's is kept with is lost). ``waiting``: messages still to be sent;
    ``failed``: those given up in the last seven days, and what was said of the last."""

    state = fields.String(validate=validate.OneOf(("on", "off", "no_server", "no_address")))
    webhook = fields.Nested(Webhook, allow_none=True)
    waiting = fields.Integer()
    failed = fields.Integer()
    last_failure = fields.String(allow_none=True)
    last_failed_at = Instant(allow_none=True)
    last_sent_at = Instant(allow_none=True)


class MessagePreferences(PreferencesContent):
    """What the caller has set; version 0 is nothing, and messages are in the inbox alone. ``email`` is the directory's.
    ``available``: the channels that this system has a server for."""

    version = fields.Integer()
    quiet_hours = fields.Nested(QuietHours, allow_none=True)
    email = fields.String(allow_none=True)
    available = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))
    channels = fields.List(fields.Nested(Channel))


class TryChannel(Schema):
    """Over which of the caller's channels, as it is set."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))


class ChannelTried(Schema):
    """Whether the server took the test message, and what it said."""

    is_sent = fields.Boolean()
    answer = fields.String()


REFUSALS: dict[str, tuple[str, str]] = {
    "preferences_changed_meanwhile": (
        "消息设置已被更改，请刷新后再改。",
        "The message settings have been changed meanwhile; please look again.",
    ),
    "channel_not_set": ("您没有设置这个渠道。", "You have not set this channel."),
    "channel_without_server": (
        "系统没有为这个渠道配置服务器，请联系管理员。",
        "This system has no server for this channel; please ask its administrator.",
    ),
    "no_mail_address": (
        "通讯录中没有您的邮箱，请联系管理员。",
        "The directory has no mail address of yours; please ask its administrator.",
    ),
    "channel_tested_just_now": (
        "刚刚测试过，请 {seconds} 秒后再试。",
        "It has been tried just now; please wait {seconds} seconds.",
    ),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS: dict[str, tuple[str, str]] = {
    "window_of_no_time": ("免打扰的起止时间不能相同。", "Quiet hours end at another time than they begin."),
    "only_of_robots": ("只有群机器人有地址，邮箱以通讯录为准。", "Only robots have an address; mail goes to the directory's."),
    "channel_not_signed": ("这个渠道不使用签名密钥。", "This channel has no secret."),
    "channel_without_server": REFUSALS["channel_without_server"],
    "channel_without_key": (
        "系统没有配置保存地址所用的密钥，请联系管理员。",
        "This system has no key to keep addresses with; please ask its administrator.",
    ),
    "robot_host": ("须为以下地址之一：{0}。", "Must be an address at: {0}."),
}
