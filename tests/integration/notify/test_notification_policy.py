"""The policy of notify: every version is kept, with who set it and why."""

from typing import Any

import pytest

from services.contracts.notify_policy_calls import NotificationPolicy, SetNotificationPolicy
from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.tables import audit_entries
from services.notify.usecases.set_policy import set_policy
from services.notify.usecases.show_policy import list_policies, show_policy
from tests.integration.at_once import at_once
from tests.integration.notify.mailroom import Mailroom

ADMIN = Caller(str(new_id()), "管理员", roles=frozenset({"admin"}))
WANTED = {"reminder_hours": 8, "escalation_hours": 16, "months_kept": 6}
DEFAULT = {"reminder_hours": 24, "escalation_hours": 48, "months_kept": 12}


def _content(policy: dict[str, Any]) -> dict[str, Any]:
    return {name: policy[name] for name in WANTED}


def test_by_default_a_day_and_two_and_twelve_months(mailroom: Mailroom) -> None:
    shown = show_policy(mailroom.begin(ADMIN))
    assert (_content(shown), shown["version"], shown["set_by_name"]) == (DEFAULT, 0, None)
    assert set(shown) == set(NotificationPolicy().fields)


def test_a_new_version_is_in_force_at_once_and_leaves_its_reason_in_the_audit(mailroom: Mailroom) -> None:
    set_policy(mailroom.begin(ADMIN), version=0, reason=" 试行 ", **WANTED)
    shown = show_policy(mailroom.begin(ADMIN))
    assert (_content(shown), shown["version"], shown["reason"], shown["set_by_name"]) == (WANTED, 1, "试行", "管理员")
    with mailroom.database.session() as session:
        (entry,) = session.execute(audit_entries.select()).all()
    assert (entry.action, entry.why, entry.before, entry.after) == ("notification_policy_set", "试行", DEFAULT, WANTED)
    set_policy(mailroom.begin(ADMIN), version=1, reason="再试", **DEFAULT)
    page = list_policies(mailroom.begin(ADMIN), page_size=50, sort="", cursor="")
    assert [row["version"] for row in page.items] == [2, 1]


@pytest.mark.parametrize(("version", "code"), [(0, "policy_changed_meanwhile"), (2, "policy_changed_meanwhile")])
def test_a_policy_that_changed_meanwhile_is_not_overwritten(mailroom: Mailroom, version: int, code: str) -> None:
    set_policy(mailroom.begin(ADMIN), version=0, reason="试行", **WANTED)
    with pytest.raises(Conflict, match=code):
        set_policy(mailroom.begin(ADMIN), version=version, reason="试行", **DEFAULT)


def test_a_version_that_nobody_has_set_is_unknown(mailroom: Mailroom) -> None:
    with pytest.raises(Conflict, match="policy_version_unknown"):
        set_policy(mailroom.begin(ADMIN), version=3, reason="试行", **WANTED)


def test_of_many_who_set_it_at_once_one_does(mailroom: Mailroom) -> None:
    outcomes: list[str] = []

    def try_it(_: int) -> None:
        try:
            set_policy(mailroom.begin(ADMIN), version=0, reason="试行", **WANTED)
            outcomes.append("set")
        except Conflict as refused:
            outcomes.append(refused.code)

    at_once(4, try_it)
    assert sorted(outcomes) == ["policy_changed_meanwhile"] * 3 + ["set"]


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"escalation_hours": 8}, "escalation_hours", "above|8"),
        ({"escalation_hours": 4}, "escalation_hours", "above|8"),
        ({"reminder_hours": 0}, "reminder_hours", "range|1|1440"),
        ({"escalation_hours": 2000}, "escalation_hours", "range|2|1440"),
        ({"months_kept": 0}, "months_kept", "range|1|120"),
        ({"months_kept": 1.5}, "months_kept", "invalid"),
        ({"reason": " "}, "reason", "required"),
        ({"version": -1}, "version", "range|0|"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)
def test_a_wrong_policy_is_refused_by_its_field(changes: dict[str, Any], field: str, fault: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(SetNotificationPolicy, {"version": 0, "reason": "试行", **WANTED, **changes})
    assert refused.value.fields == {field: [fault]}
