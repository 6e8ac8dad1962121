"""What a first look finds on people's desks: processes under way, and everything that can happen to one.

Every node has something waiting; one process is overdue, one urged, one copied to somebody, one has a further approver; a lead is
away with a deputy in her place; somebody has begun a form and not sent it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from deploy.demo.inboxes import Inboxes
from deploy.demo.scenes import Prepaid, Scene, recharge_form
from deploy.office import Office

LEGAL_HOURS = 48


def leave_work(
    office: Office, inboxes: Inboxes, scenes: Mapping[str, Sequence[Scene]], prepaid: tuple[Scene, Prepaid], today: date
) -> None:
    """
    :param scenes: by tier.
    :param prepaid: who pays in advance, and for what.
    """
    _limit_legal(office)
    _leave_trials(office, inboxes, scenes["intent"][:3], today)
    _leave_contracts(office, inboxes, scenes["trial"][2:5], today)
    scenes["trial"][5].propose_price(today)
    _leave_recharge(inboxes, *prepaid, today)
    _leave_registrations(inboxes, scenes["contract"][:2], today)
    _leave_requests(inboxes, scenes["contract"][2:4], today)
    _leave_draft(office, scenes["trial"][7], today)
    fallen = scenes["pool"][0]
    with office.at(today):
        claimant = scenes["trial"][0].sales
        claimant.start("claim_customer", fallen.customer_id, {"reason": "客户主动来电，有新的通知短信需求。"})
    _send_lead_away(office, today)


def _limit_legal(office: Office) -> None:
    """The administrator publishes 合同评审's next version: the legal department has two days."""
    admin = office.desk("admin").client
    draft = admin.post("/process-definitions/contract_review/copy")
    nodes = [
        {**node, "time_limit_hours": LEGAL_HOURS, "remind_before_hours": 8} if node["code"] == "legal" else node
        for node in draft["definition"]["nodes"]
    ]
    definition = {**draft["definition"], "nodes": nodes}
    saved = admin.put("/process-definition-drafts/contract_review", {"definition": definition, "version": draft["version"]})
    note = f"法务须在 {LEGAL_HOURS} 小时内审核，到期前 8 小时提醒。"
    admin.post("/process-definitions", {"definition": definition, "version": saved["newest_version"], "note": note})


def _leave_trials(office: Office, inboxes: Inboxes, scenes: Sequence[Scene], today: date) -> None:
    """At the lead, at risk control, and at a further approver whom risk control asked for."""
    processes = [scene.apply_for_test_account(today) for scene in scenes]
    inboxes.approve("test_account", "lead", scenes[1:], lambda _: today)
    expert = office.holder("risk_expert")
    with office.at(today):
        body = {
            "user_id": office.holder("tech_support").id,
            "position": "before",
            "opinion": "模板含跳转链接，请先核实接口侧的拦截规则。",
        }
        expert.client.post(f"/tasks/{expert.own_task(processes[2])['id']}/add-approver", body)


def _leave_contracts(office: Office, inboxes: Inboxes, scenes: Sequence[Scene], today: date) -> None:
    """At the lead; at finance, copied to the resource department; and at the legal department, urged after four days."""
    late, first, far = scenes
    day = today - timedelta(days=4)
    process = late.submit_contract(day)
    inboxes.approve("contract_review", "lead", [late], lambda _: day)
    first.submit_contract(today)
    shown = far.submit_contract(today)
    for role in ("lead", "legal"):
        inboxes.approve("contract_review", role, [far], lambda _: today)
    with office.at(today):
        late.sales.client.post(f"/processes/{process}/urge", {"opinion": "客户本周内要走用印流程，请尽快审核。"})
        body = {"user_ids": [office.holder("resource").id], "opinion": "合同含通道保底量条款，请知悉。"}
        far.sales.client.post(f"/processes/{shown}/copy", body)


def _leave_recharge(inboxes: Inboxes, scene: Scene, prepaid: Prepaid, today: date) -> None:
    """The second one, at finance."""
    scene.start(today, "recharge", prepaid.account_id, recharge_form(today, 150_000, "prepurchase"))
    inboxes.approve("recharge", "lead", [scene], lambda _: today)


def _leave_registrations(inboxes: Inboxes, scenes: Sequence[Scene], today: date) -> None:
    """One registered two days ago, another at the resource department."""
    done, waiting = scenes
    days = {done.customer_id: today - timedelta(days=2), waiting.customer_id: today}

    def day(scene: Scene) -> date:
        return days[scene.customer_id]

    for scene in scenes:
        form = {
            "signature": scene.planned.company.short_name,
            "type": "sms",
            "industry": scene.planned.company.industry.lower(),
            "explanation": "新增通知类短信，需在移动通道报备签名。",
        }
        scene.start(day(scene), "channel_registration", scene.first_account_id(), form)
    for role in ("lead", "risk_expert"):
        inboxes.approve("channel_registration", role, scenes, day)
    result = {"channel": "移动 1069 行业通道", "result": "registered"}
    inboxes.approve("channel_registration", "resource", [done], day, entry=lambda _: result)
    inboxes.wait_until_in_force("channel_registration", [done])


def _leave_requests(inboxes: Inboxes, scenes: Sequence[Scene], today: date) -> None:
    """A sub-number that was given, and a customer that risk control is to make green."""
    given, asked = scenes
    yesterday = today - timedelta(days=1)
    sub_number = {"kind": "sub_number", "account_id": given.first_account_id(), "sub_number": "8801"}
    given.start(
        yesterday, "special_request", given.customer_id, {**sub_number, "explanation": "客户需要固定子号码接收上行回复。"}
    )
    inboxes.approve("special_request", "customer_care", [given], lambda _: yesterday)
    inboxes.wait_until_in_force("special_request", [given])
    green = {"kind": "green_customer", "explanation": "合作满一年无投诉，申请绿色客户，免人工审核。"}
    asked.start(today, "special_request", asked.customer_id, green)


def _leave_draft(office: Office, scene: Scene, today: date) -> None:
    """A contract's form that its salesperson began to fill in."""
    form = {
        "product_ids": [scene.product_id],
        "valid_from": today.isoformat(),
        "monthly_volume": 300_000,
        "remarks": "客户要求含保底量条款，待确认单价。",
    }
    draft = {"code": "contract_review", "subject_id": scene.customer_id, "title": scene.planned.company.name, "form": form}
    with office.at(today):
        scene.sales.client.put(f"/drafts/contract_review:{scene.customer_id}", draft)


def _send_lead_away(office: Office, today: date) -> None:
    """The southern lead is away this week; the sales director stands in."""
    with office.at(today):
        body = {
            "deputy_id": office.holder("sales_director").id,
            "first_day": today.isoformat(),
            "last_day": (today + timedelta(days=4)).isoformat(),
        }
        office.desk("zhou.min").client.post("/deputies", body)
