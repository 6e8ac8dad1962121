"""What can be started, put together of what the owners say: one that is away is not spoken for."""

from typing import Any

from gateway.startable import startable_processes

CUSTOMER = {"type": "customer", "id": "c-1", "name": "云帆"}
NOTHING = {"code": "nothing_to_reverse", "params": {}}
AWAY = {"part": "billing", "code": "service_unavailable", "message": "billing 服务暂时不可用，请稍后重试。"}


def _offered(*owners: str, reasons: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    names = {"code": "reversal", "name_zh": "冲销申请", "name_en": "Reversal", "subject_type": "customer"}
    return {**names, "owners": list(owners), "reasons": list(reasons)}


def _said(*subjects: dict[str, Any], reasons: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    start = {"code": "reversal", "subjects": list(subjects), "refused": [], "is_more": False, "reasons": list(reasons)}
    return {"items": [{**start, **more}, {**start, "code": "another"}]}


def _shown(offered: dict[str, Any], missing: tuple[dict[str, Any], ...] = (), language: str = "zh", **answers: Any) -> Any:
    (shown,) = startable_processes([offered], answers, missing, language)
    return shown


def test_of_several_owners_one_that_lets_it_is_enough() -> None:
    shown = _shown(_offered("billing", "payments"), billing=_said(reasons=(NOTHING,)), payments=_said(CUSTOMER))
    assert (shown["can_start"], shown["subjects"], shown["reasons"]) == (True, [CUSTOMER], [])


def test_what_all_owners_let_is_offered_once() -> None:
    shown = _shown(_offered("billing", "payments"), billing=_said(CUSTOMER), payments=_said(CUSTOMER))
    assert shown["subjects"] == [CUSTOMER]


def test_what_all_owners_refuse_is_refused_with_each_reason_once_in_words() -> None:
    billing, payments = _said(reasons=(NOTHING,)), _said(reasons=(NOTHING,))
    shown = _shown(_offered("billing", "payments"), billing=billing, payments=payments)
    assert shown["can_start"] is False
    assert [each["message"] for each in shown["reasons"]] == ["没有可冲销的销账、发票、账单、充值或预付余额。"]
    english = _shown(_offered("billing", "payments"), language="en", billing=billing, payments=payments)
    assert [each["message"][:8] for each in english["reasons"]] == ["There is"]


def test_an_owner_that_is_away_leaves_it_open_unless_another_lets_it() -> None:
    offered = _offered("billing", "payments")
    shown = _shown(offered, (AWAY,), billing=None, payments=_said(reasons=(NOTHING,)))
    assert shown["can_start"] is None
    assert [each["code"] for each in shown["reasons"]] == ["service_unavailable", "nothing_to_reverse"]
    assert shown["reasons"][0]["message"] == AWAY["message"]
    shown = _shown(offered, (AWAY,), billing=None, payments=_said(CUSTOMER))
    assert (shown["can_start"], shown["reasons"]) == (True, [])


def test_an_owner_that_is_away_does_not_touch_the_processes_of_others() -> None:
    shown = _shown(_offered("payments"), (AWAY,), billing=None, payments=_said(CUSTOMER))
    assert shown["can_start"] is True


def test_what_nobody_can_handle_is_not_started_whatever_its_owner_says() -> None:
    nobody = {"code": "nobody_holds_role", "params": {"role": "法务", "role_en": "Legal", "administrators": "管理员"}}
    for missing, billing in (((), _said(CUSTOMER)), ((AWAY,), None)):
        shown = _shown(_offered("billing", reasons=(nobody,)), missing, billing=billing)
        assert (shown["can_start"], shown["subjects"]) == (False, [])
        assert [each["code"] for each in shown["reasons"]] == ["nobody_holds_role"]
        assert "法务" in shown["reasons"][0]["message"]


def test_what_it_cannot_be_about_says_why_in_words() -> None:
    account = {"type": "account", "id": "a-1", "name": "yf-1"}
    reason = {"code": "account_closed", "params": {"identifier": "yf-1"}}
    shown = _shown(_offered("billing"), billing=_said(CUSTOMER, refused=[{**account, "reasons": [reason]}], is_more=True))
    assert (shown["can_start"], shown["is_more"]) == (True, True)
    assert shown["refused"] == [{**account, "reasons": [{**reason, "message": "账号 yf-1 已销户。"}]}]
