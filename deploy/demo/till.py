"""What a first look finds in the receipt pool and among the write-offs: whatever does not go by itself.

Money whose payer several customers may be, or none, with good suggestions; a payer remembered as a customer's; a row that the
bank's file has wrong; a write-off that waits for its owner, one for a part, one by hand under approval, and one
that was reversed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from deploy.demo.companies import GROUP
from deploy.demo.inboxes import Inboxes
from deploy.demo.scenes import Scene
from deploy.demo.statements import Line, import_statement
from deploy.office import Office

_PRIVATE_ACCOUNT: Final = "6217001210098765432"
_PARTNER: Final = "周建国"
_PART: Final = Decimal("0.6")


def fill_till(
    office: Office,
    inboxes: Inboxes,
    contract: Sequence[Scene],
    owing: Sequence[Scene],
    bills: Mapping[str, Any],
    known: Line,
    today: date,
) -> None:
    """
    :param contract: customers with contracts.
    :param owing: four of them who have reconciled last month's bill, and not paid yet.
    :param bills: last month's, by customer.
    :param known: a line that an earlier statement had already.
    """
    in_full, in_part, by_hand, short = owing
    parts = {scene: _share(bills[scene.customer_id], _PART) for scene in (in_part, by_hand, short)}
    month = f"{today:%Y%m}"
    names = [scene.planned.company.name for scene in contract]
    lines = [
        known,
        Line(f"DEMO{month}0001", today, in_full.planned.company.name, bills[in_full.customer_id]["amount"]),
        *(Line(f"DEMO{month}{scene.number:04d}", today, scene.planned.company.name, part) for scene, part in parts.items()),
        Line(f"DEMO{month}9101", today, GROUP, "26000.00", remark="集团代付"),
        Line(f"DEMO{month}9102", today, _PARTNER, "1200.00", _PRIVATE_ACCOUNT, remark="代公司付款"),
        Line(f"DEMO{month}9103", today, "周海燕", "1350.00", _PRIVATE_ACCOUNT, remark="货款"),
        Line(f"DEMO{month}9104", today, names[4].replace("通达", "通途"), "3200.00"),
        Line(f"DEMO{month}9105", today, names[5].replace("公司", "责任公司"), "2750.00"),
        Line(f"DEMO{month}9106", today, f"{names[10]}成都分公司", "4100.00"),
        Line(f"DEMO{month}9107", today, "个人（现金缴存）", "520.00", remark=""),
        Line(f"DEMO{month}9108", today, names[3], "一千二百元"),
    ]
    import_statement(office, today, f"到款-{today}.csv", lines)
    _assign(office, contract[1], today)
    inboxes.wait_for_tasks("write_off", [in_full])
    for scene in (in_part, by_hand):
        _write_off_by_hand(scene, bills[scene.customer_id]["id"], parts[scene], today)
    for role in ("sales_director", "finance", "owner"):
        inboxes.approve("write_off", role, [in_part], lambda _: today)
    inboxes.wait_until_in_force("write_off", [in_part])
    _reverse(inboxes, contract[0], today)


def _share(bill: Mapping[str, Any], part: Decimal) -> str:
    return f"{Decimal(bill['amount']) * part:.2f}"


def _assign(office: Office, scene: Scene, today: date) -> None:
    """Sales administration knows whose partner pays from a private account: it is remembered."""
    with office.at(today):
        admin = office.holder("sales_admin").client
        (receipt,) = admin.get("/receipts", payer=_PARTNER)["items"]
        body = {"customer_id": scene.customer_id, "why": "该公司股东代付，已与客户邮件确认。"}
        admin.post(f"/receipts/{receipt['id']}/assign", body)


def _write_off_by_hand(scene: Scene, bill_id: str, amount: str, today: date) -> None:
    """What came in covers the bill only in part."""
    (receipt,) = scene.sales.client.get("/receipts", customer_id=scene.customer_id, received_from=today.isoformat())["items"]
    pair = {"receipt_id": receipt["id"], "bill_id": bill_id, "amount": amount}
    scene.start(today, "write_off", scene.customer_id, {"pairs": [pair], "remarks": "客户本月先付六成，余款下月结清。"})


def _reverse(inboxes: Inboxes, scene: Scene, today: date) -> None:
    """Its last write-off is undone, for a reason; what it earned is taken back."""
    newest, *_ = scene.sales.client.get("/write-offs", customer_id=scene.customer_id, state="archived")["items"]
    form = {"kind": "write_off", "target_id": newest["id"], "reason": "客户来函：该笔款项应抵次月账单，冲销后重新销账。"}
    scene.start(today, "reversal", scene.customer_id, form)
    for role in ("lead", "finance"):
        inboxes.approve("reversal", role, [scene], lambda _: today)
    inboxes.wait_until_in_force("reversal", [scene])
