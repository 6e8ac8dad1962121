"""Steps 1 to 3: from nobody to a contract customer."""

from decimal import Decimal

from deploy.story.checks import Checks
from deploy.story.documents import one_page_pdf
from deploy.story.facts import ACCOUNTS, CUSTOMER, INVOICE_INFORMATION, PRODUCT, SIGNATURE
from deploy.story.stage import OTHER_SALES, Stage


def add_the_customer(stage: Stage) -> str:
    """1. 张伟 adds the customer with all that belongs to it; nobody else's salesperson sees it."""
    check = Checks("1 客户建档")
    api = stage.sales.client
    with stage.office.at(stage.calendar.at(stage.calendar.day(2), 9, 30)):
        customer = api.post(
            "/customers",
            {
                "name": CUSTOMER,
                "industry": "I",
                "source": "行业展会",
                "region": "上海市",
                "invoice_information": INVOICE_INFORMATION,
            },
        )
        stage.customer_id = customer["id"]
        below = f"/customers/{stage.customer_id}"
        department = api.post(f"{below}/departments", {"name": "技术采购部"})
        contact = api.post(
            f"{below}/contacts",
            {
                "name": "顾晓岚", "department_id": department["id"], "title": "采购经理", "mobile": "13816008866",
                "telephone": "021-50800188", "wechat": "guxl-yunfan", "email": "gu.xiaolan@yunfan.example",
                "is_decision_maker": True,
            },
        )  # fmt: skip  # a card's lines
        api.post(
            f"{below}/contact-logs",
            {
                "contact_id": contact["id"],
                "channel": "visit",
                "content": "拜访客户，确认验证码与通知短信需求，月发送约 120 万条。",
            },
        )
        stage.product_id = api.post(f"{below}/products", {"type": "industry_sms", "payment_mode": "postpaid", "name": PRODUCT})[
            "id"
        ]
        stage.idle_product_id = api.post(f"{below}/products", {"type": "marketing_sms", "payment_mode": "postpaid"})["id"]
    shown = stage.customer()
    check.equal("层级", "intent", shown["tier"])
    check.equal("跟进销售", stage.sales.name, shown["owner_name"])
    check.equal("开票信息", INVOICE_INFORMATION, shown["invoice_information"])
    _check_visibility(stage, check)
    return f"{CUSTOMER} 已建档：意向客户，部门、联系人、日志、产品“{PRODUCT}”齐备；同部门其他销售查不到它"


def _check_visibility(stage: Stage, check: Checks) -> None:
    other = stage.office.desk(OTHER_SALES).client
    check.refused("他人按编号查看", 404, other, "GET", f"/customers/{stage.customer_id}")
    check.refused("他人查看产品", 404, other, "GET", f"/products/{stage.product_id}")
    check.equal("他人的列表", [], [row["id"] for row in other.get("/customers", q=CUSTOMER)["items"]])
    check.equal("他人的搜索", [], other.get("/search", q=CUSTOMER)["items"])
    check.equal(
        "领导的列表", [stage.customer_id], [row["id"] for row in stage.lead.client.get("/customers", q=CUSTOMER)["items"]]
    )


def open_a_test_account(stage: Stage) -> str:
    """2. 测试账号申请 goes through lead, risk and customer care; two accounts open; the customer is on trial."""
    check = Checks("2 测试账号申请")
    with stage.office.at(stage.calendar.at(stage.calendar.day(3), 10)):
        process = stage.sales.start(
            "test_account",
            stage.product_id,
            {
                "product_id": stage.product_id,
                "signature": SIGNATURE,
                "interface": "http",
                "template": "【云帆科技】您的验证码是{code}，5 分钟内有效。",
                "industry": "软件和信息技术服务业",
                "quantity": 1000,
                "remarks": "验证码与订单通知",
            },
        )
        stage.wait_for_messages(stage.lead, "processes.todo.test_account")
        check.refused(
            "发起人不能替领导审批", 403, stage.sales.client, "POST",
            f"/tasks/{stage.lead.own_task(process)['id']}/approve", {"opinion": "同意"},
        )  # fmt: skip  # one call's arguments
        stage.lead.approve(process, opinion="客户情况属实，同意测试。")
        stage.holder("risk_expert").approve(process, opinion="签名与模板合规。")
        care = stage.holder("customer_care")
        check.refused(
            "开户须填账号", 422, care.client, "POST", f"/tasks/{care.own_task(process)['id']}/approve", {"opinion": "同意"}
        )
        care.approve(process, opinion="已开户。", form={"account_identifiers": list(ACCOUNTS)})
    stage.sales.wait_until_in_force(process)
    stage.wait_for_tier("trial")
    opened = stage.sales.client.get(f"/products/{stage.product_id}/accounts")["items"]
    check.equal("账号", sorted(ACCOUNTS), sorted(account["identifier"] for account in opened))
    stage.wait_for_messages(stage.sales, "processes.started", "customers.accounts", "customers.funnel")
    approvers = "、".join(desk.name for desk in (stage.lead, stage.holder("risk_expert"), care))
    return f"{approvers} 依次通过，账号 {'、'.join(ACCOUNTS)} 开通；客户升为测试客户"


def agree_a_contract(stage: Stage) -> str:
    """3. 合同评审 with a draft goes round five reviewers and back for the stamped scan; the contract is in force."""
    check = Checks("3 合同评审")
    first = stage.calendar.first_of_this_month
    valid_from, valid_to = stage.calendar.day(1), first.replace(year=first.year + 1)
    with stage.office.at(stage.calendar.at(stage.calendar.day(5), 14)):
        draft = stage.sales.attach("云帆网络短信服务合同（草稿）.pdf", one_page_pdf("SMS service contract, draft"))
        process = stage.sales.start(
            "contract_review",
            stage.customer_id,
            {
                "product_ids": [stage.product_id],
                "valid_from": valid_from.isoformat(),
                "valid_to": valid_to.isoformat(),
                "monthly_volume": 1_200_000,
                "amount": "480000.00",
                "unit_price": "0.033000",
                "is_standard": True,
                "is_auto_renewing": False,
                "draft": [draft],
                "remarks": "标准合同，按月后付。",
            },
        )
        stage.wait_for_messages(stage.lead, "processes.todo.contract_review")
        for role in ("legal", "finance", "operations_vp", "sales_director"):
            if role == "legal":
                stage.lead.approve(process)
            stage.wait_for_messages(stage.holder(role), "processes.todo.contract_review")
            stage.holder(role).approve(process)
        stage.wait_for_messages(stage.sales, "processes.todo.contract_review")
        task = stage.sales.own_task(process)
        check.refused("须上传盖章扫描件", 422, stage.sales.client, "POST", f"/tasks/{task['id']}/approve", {"opinion": "已盖章"})
        scan = stage.sales.attach("云帆网络短信服务合同（盖章）.pdf", one_page_pdf("SMS service contract, stamped"))
        stage.sales.approve(process, opinion="双方已盖章。", form={"stamped_scan": [scan]})
    stage.sales.wait_until_in_force(process)
    stage.wait_for_tier("contract")
    (contract,) = stage.sales.client.get("/contracts", customer_id=stage.customer_id)["items"]
    check.equal("有效期", (valid_from.isoformat(), valid_to.isoformat()), (contract["valid_from"], contract["valid_to"]))
    check.equal("合同金额", Decimal("480000.00"), Decimal(contract["amount"]))
    downloaded = stage.holder("legal").client.download(f"/attachments/{scan['id']}")
    check.true("法务能下载盖章扫描件", downloaded.startswith(b"%PDF-"))
    check.refused("无关销售不能下载", 404, stage.office.desk(OTHER_SALES).client, "GET", f"/attachments/{scan['id']}")
    stage.wait_for_messages(stage.sales, "customers.contracts", "customers.funnel")
    return f"五级评审通过并回传盖章扫描件，合同 {contract['number']} 生效至 {valid_to}；客户升为合同客户"
