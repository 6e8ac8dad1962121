"""What the menu does not lead to: records, what opens over a page, forms, and what is seen when something is wrong.

A scene is a state of the console that one can look at: who sees it, and how he or she gets there by the words of either language.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from uuid import uuid4

from playwright.sync_api import Route, expect

from deploy.people import login_of
from tests.browser.looker import CUSTOMER, Looker
from tests.workbooks import workbook

SALES: Final = "zhang.wei"
FINANCE: Final = login_of("finance")
SALES_ADMIN: Final = login_of("sales_admin")
CARE: Final = login_of("customer_care")
ADMIN: Final = "admin"


class Scene(NamedTuple):
    """:param get_there: what shows it."""

    name: str
    login: str
    get_there: Callable[[Looker], None]


def _at(address: str) -> Callable[[Looker], None]:
    """A page by its address."""
    return lambda looker: looker.go(address)


def _record(address: str, path: str, key: str = "id", **query: str) -> Callable[[Looker], None]:
    """The page of a list's first record: ``{}`` in the address is its id."""
    return lambda looker: looker.go(address.format(looker.first(path, key, **query)))


def _over(get_there: Callable[[Looker], None], *keys: str) -> Callable[[Looker], None]:
    """What opens over a page when buttons are pressed, one after the other."""

    def open_it(looker: Looker) -> None:
        get_there(looker)
        for key in keys:
            looker.press(key)
        looker.opened()

    return open_it


def _of_customer(tab: str) -> Callable[[Looker], None]:
    return lambda looker: looker.go(f"/customers/{looker.customer}?tab={tab}")


# Records.

_TABS: Final = ("info", "logs", "products", "contracts", "processes", "bills", "receipts", "history")


def _process_in(state: str) -> Callable[[Looker], None]:
    """A special request of one's own, brought so far by those whose turn it is."""

    def show(looker: Looker) -> None:
        sales, care = looker.client(SALES), looker.client(CARE)
        customer = sales.get("/customers", q=CUSTOMER)["items"][0]["id"]
        form = {"kind": "other", "explanation": f"导出上月发送明细 {uuid4().hex[:6]}"}
        process = sales.post("/processes", {"code": "special_request", "subject_id": customer, "form": form})["id"]
        if state in ("returned", "rejected"):
            task = next(row["task_id"] for row in care.every("/processes", box="todo") if row["id"] == process)
            care.post(f"/tasks/{task}/{state.removesuffix('ed')}", {"opinion": "请说明用途。"})
        if state == "withdrawn":
            sales.post(f"/processes/{process}/withdraw", {"opinion": "客户已自行导出。"})
        sales.close()
        care.close()
        looker.go(f"/processes/{process}")

    return show


def records() -> Iterator[Scene]:
    """Every kind of record, and what it is made of."""
    for tab in _TABS:
        yield Scene(f"customer-{tab}", SALES, _of_customer(tab))
    for state in ("running", "returned", "rejected", "withdrawn"):
        yield Scene(f"process-{state}", SALES, _process_in(state))
    yield Scene("process-task", CARE, _process_in("running"))
    for code in ("reconciliation", "price_adjustment", "write_off", "contract_review"):
        yield Scene(f"process-archived-{code}", SALES, _record("/processes/{}", "/processes", box="started", code=code))
    yield Scene("bill", SALES, _record("/bills/{}", "/bills", state="closed"))
    yield Scene("bill-not-reconciled", FINANCE, _record("/bills/{}", "/bills", state="reconciling"))
    yield Scene("receipt-nobodys", SALES_ADMIN, _record("/receipts/{}", "/receipts", state="unmatched"))
    yield Scene("receipt-matched", SALES, _record("/receipts/{}", "/receipts", state="matched", pool="false"))
    yield Scene("receipt-beside", SALES_ADMIN, _record("/receipts?receipt={}", "/receipts", state="unmatched"))
    yield Scene("invoice", FINANCE, _record("/invoices/{}", "/invoices", state="issued"))
    yield Scene("receivable", SALES, _record("/receivables/{}", "/receivables", "bill_id"))
    yield Scene("write-off", SALES, _record("/write-offs/{}", "/write-offs"))
    yield Scene("definition", ADMIN, _at("/office/definitions/price_adjustment"))
    yield Scene("reconcile", SALES, lambda looker: looker.go(f"/bills/reconcile?customer={looker.customer}"))


# What opens over a page.


def _palette(looker: Looker) -> None:
    looker.go("/")
    looker.page.keyboard.press("Control+k")
    looker.page.get_by_role("combobox").last.fill("云")
    expect(looker.page.locator(".palette-hit").filter(has_text="云帆").first).to_be_visible()


def _columns(looker: Looker) -> None:
    looker.go("/bills")
    looker.press("common.list.columns")
    expect(looker.page.locator(".list-columns")).to_be_visible()


def _views(looker: Looker) -> None:
    looker.go("/customers")
    looker.page.get_by_role("button", name=looker.say("common.list.views")).first.click()
    expect(looker.page.get_by_role("menuitem", name=looker.say("common.list.save_view"))).to_be_visible()


def _statement(looker: Looker) -> None:
    looker.go(f"/statements?statement={looker.first('/statements')}")
    looker.opened()


def _drawer(address: str, path: str, **query: str) -> Callable[[Looker], None]:
    def open_it(looker: Looker) -> None:
        looker.go(address.format(looker.first(path, **query)))
        looker.opened()

    return open_it


def _row(address: str) -> Callable[[Looker], None]:
    """What the first row of a list opens."""

    def open_it(looker: Looker) -> None:
        looker.go(address)
        looker.page.locator("#main .list-row .list-open, #main .list-row a").first.click()
        looker.opened()

    return open_it


def _customer_import(looker: Looker) -> None:
    """A file of which every row is refused."""
    sales = looker.client(SALES)
    rows = [["客户名称", "地区"], ["", "上海"], ["x" * 300, ""]]
    made = sales.upload("/customer-imports", "客户-待导入.xlsx", workbook(*rows))
    sales.close()
    looker.go(f"/customers/imports?import={made['id']}")
    expect(looker.page.get_by_role("dialog").get_by_role("progressbar")).to_have_count(0)
    looker.opened()


def _receipt_import(looker: Looker) -> None:
    looker.go("/receipt-imports/new")
    rows = ["收款账号,流水号,到款时间,付款人,付款账号,金额,备注"]
    rows += [
        f"1001244509016612345,{uuid4().hex[:10]},2026-01-05 08:26:31,南京听涛科技有限公司,,{amount},"
        for amount in ("12.5", "一千元")
    ]
    file = {"name": "到款.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    looker.page.locator("#main input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # just these keys
    expect(looker.page.locator("#main .ant-table-row, #main .card").first).to_be_visible()


def _menu(get_there: Callable[[Looker], None], key: str, of: str = "common.more") -> Callable[[Looker], None]:
    """What an entry of a button's menu opens."""

    def open_it(looker: Looker) -> None:
        get_there(looker)
        looker.press(of)
        looker.page.get_by_role("menuitem", name=looker.say(key)).click()
        looker.opened()

    return open_it


def _job(looker: Looker) -> None:
    looker.go("/office/jobs")
    looker.page.get_by_role("button", name=re.compile(f"^{looker.say('office.jobs.start')} ")).first.click()
    looker.opened()


def _definition_draft(looker: Looker) -> None:
    """The editor; whoever else is at it has the draft already."""
    admin = looker.client(ADMIN)
    if all(draft["code"] != "special_request" for draft in admin.get("/process-definition-drafts")["items"]):
        admin.post("/process-definitions/special_request/copy")
    admin.close()
    looker.go("/office/definitions/special_request/draft")


def _without_words(looker: Looker) -> None:
    """A decision that says nothing of why."""
    _process_in("running")(looker)
    looker.press("processes.action.reject")
    expect(looker.page.get_by_role("alert").get_by_text(looker.say("processes.opinion_wanted"))).to_be_visible()


def _bulk(looker: Looker) -> None:
    looker.go("/processes?box=todo&code=reconciliation")
    looker.page.locator("#main .list-row").get_by_role("checkbox").first.check()
    looker.press("processes.bulk.approve")
    looker.opened()


def _policy(area: str, key: str) -> Callable[[Looker], None]:
    """A policy that is changed, before it is saved; nothing is."""

    def change(looker: Looker) -> None:
        looker.go(f"/office/policies?tab={area}")
        figure = looker.page.locator("#main").get_by_role("spinbutton").first
        figure.fill(str(int(figure.input_value()) + 1))
        looker.page.get_by_role("button", name=looker.say(key)).click()
        looker.opened()

    return change


def _product(looker: Looker) -> None:
    customer = looker.customer
    looker.go(f"/customers/{customer}?tab=products&product={looker.first('/products', customer_id=customer)}")
    looker.opened()


def _over_pages() -> Iterator[Scene]:
    yield Scene("palette", SALES, _palette)
    yield Scene("columns", SALES, _columns)
    yield Scene("views", SALES, _views)
    yield Scene("filters", SALES, _over(_at("/customers"), "common.list.filters"))
    yield Scene("statement", SALES, _statement)
    yield Scene("contract", SALES, _row("/contracts"))
    yield Scene("account", SALES, _drawer("/accounts?account={}", "/accounts", status="active"))
    yield Scene("product", SALES, _product)
    yield Scene("customer-add", SALES, _over(_at("/customers"), "customers.add.action"))
    yield Scene("customer-transfer", SALES_ADMIN, _menu(_of_customer("info"), "customers.transfer.action"))
    yield Scene("customer-edit", SALES, _over(_of_customer("info"), "common.edit"))
    yield Scene("contact-add", SALES, _over(_of_customer("info"), "customers.contacts.add"))
    yield Scene("product-add", SALES, _over(_of_customer("products"), "customers.products.add"))
    yield Scene("customer-import", SALES, _customer_import)
    yield Scene("receipt-import", FINANCE, _receipt_import)
    yield Scene("receipt-record", FINANCE, _over(_at("/receipts"), "payments.receipts.record"))
    yield Scene(
        "receipt-assign",
        SALES_ADMIN,
        _over(_record("/receipts/{}", "/receipts", state="unmatched"), "payments.match.assign_another"),
    )
    yield Scene("ledger", FINANCE, _row("/balances"))
    yield Scene("billing-run", FINANCE, _row("/billing-runs"))
    yield Scene("process-urge", SALES, _over(_process_in("running"), "processes.action.urge"))
    yield Scene("process-reject-without-words", CARE, _without_words)
    yield Scene("process-transfer", CARE, _menu(_process_in("running"), "processes.action.transfer", "processes.hand_on"))
    yield Scene(
        "process-further-approver", CARE, _menu(_process_in("running"), "processes.action.add_approver", "processes.hand_on")
    )
    yield Scene("process-withdraw", SALES, _menu(_process_in("running"), "processes.action.withdraw"))
    yield Scene("process-bulk", CARE, _bulk)
    yield Scene("deputy-name", SALES, _over(_at("/deputies"), "processes.deputies.name"))
    yield Scene("bank-mapping-add", FINANCE, _over(_at("/bank-mappings"), "payments.mappings.add"))
    yield Scene("bank-mapping-edit", FINANCE, _over(_at("/bank-mappings"), "common.edit"))
    yield Scene("policy-funnel", ADMIN, _policy("funnel", "office.policies.preview_and_save"))
    yield Scene("policy-notifications", ADMIN, _policy("notifications", "common.save"))
    yield Scene("token-issue", ADMIN, _over(_at("/office/tokens"), "office.tokens.issue"))
    yield Scene("job", ADMIN, _job)
    yield Scene("definition-draft", ADMIN, _definition_draft)
    yield Scene("user", ADMIN, _drawer("/office/users?user={}", "/users", q=SALES))
    yield Scene("user-add", ADMIN, _over(_at("/office/users"), "office.users.add"))
    yield Scene("audit-entry", ADMIN, _row("/office/audit"))
    yield Scene("exemption-add", SALES_ADMIN, _over(_at("/office/exemptions"), "office.exemptions.add"))


# Forms of processes.

_ABOUT: Final = {
    "price_adjustment": "product",
    "test_account": "product",
    "channel_registration": "account",
    "deferred_payment": "account",
    "recharge": "account",
    "claim_customer": "pool",
}
FORMS: Final = (
    "bill_invoice", "billing_cycle_change", "channel_registration", "claim_customer", "contract_review", "deferred_payment",
    "ecommerce_order", "no_bill_invoice", "price_adjustment", "recharge", "reconciliation", "reversal", "special_request",
    "test_account", "write_off",
)  # fmt: skip  # a list of words


def form_address(looker: Looker, code: str) -> str:
    """Where a process is started that is about something of the story's customer."""
    match _ABOUT.get(code):
        case "product":
            subject = looker.first("/products", customer_id=looker.customer)
        case "account":
            subject = looker.first("/accounts", customer_id=looker.customer)
        case "pool":
            subject = looker.first("/customers", tier="pool")
        case _:
            subject = looker.customer
    return f"/processes/start/{code}?subject={subject}"


def _form(code: str) -> Callable[[Looker], None]:
    def show(looker: Looker) -> None:
        looker.go(form_address(looker, code))
        expect(looker.page.locator("#main .process-form")).to_be_visible()

    return show


def _start_forms() -> Iterator[Scene]:
    for code in FORMS:
        yield Scene(f"start-{code}", SALES, _form(code))
    yield Scene("start-subject", SALES, _at("/processes/start/price_adjustment"))


# When something is wrong, and where there is nothing yet.

NOT_THERE: Final = "0199ffff-0000-7000-8000-000000000000"


def _away(looker: Looker) -> None:
    """What the gateway says while a service does not answer."""

    def refuse(route: Route) -> None:
        problem = {"status": 503, "code": "service_away", "title": "service_away", "detail": "账务服务暂时不可用，请稍后重试。"}
        route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(problem))

    looker.page.route("**/api/v1/bills?*", refuse)
    looker.page.goto("/bills")
    expect(looker.page.locator("#main .ant-result")).to_be_visible()
    looker.page.unroute("**/api/v1/bills?*")


def _told(address: str) -> Callable[[Looker], None]:
    """A page that says why it shows nothing."""

    def show(looker: Looker) -> None:
        looker.page.goto(address)
        expect(looker.page.locator("#main .ant-result")).to_be_visible()

    return show


def _session_over(looker: Looker) -> None:
    """The last that is seen of somebody: the sign-in over what is open."""
    looker.go("/bills")
    session = looker.page.request.get("/api/v1/session").json()
    looker.page.request.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrf_token"]})
    # It may know already, by what it read again: then the sign-in lies over the button.
    looker.page.get_by_role("button", name=looker.say("common.refresh")).first.dispatch_event("click")
    looker.opened()


def _new_customer(tab: str) -> Callable[[Looker], None]:
    def show(looker: Looker) -> None:
        sales = looker.client(SALES)
        customer = sales.post("/customers", {"name": f"苏州新枝{uuid4().hex[:8]}有限公司"})["id"]
        sales.close()
        looker.go(f"/customers/{customer}?tab={tab}")

    return show


def _troubles() -> Iterator[Scene]:
    yield Scene("away", SALES, _away)
    yield Scene("no-such-record", SALES, _told(f"/customers/{NOT_THERE}"))
    yield Scene("no-such-page", SALES, _told("/nowhere"))
    yield Scene("no-permission", SALES, _told("/office/users"))
    yield Scene("no-permission-said", SALES, _told("/receipt-imports"))
    yield Scene("empty-list", SALES, _at("/bills?month=1999-01"))
    for tab in _TABS:
        yield Scene(f"empty-{tab}", SALES, _new_customer(tab))
    yield Scene("session-over", SALES, _session_over)


EXPECTED: Final = (
    r"404 GET /api/v1/customers/0199ffff-.*",
    r"403 GET /api/v1/(receipt-imports|bank-mappings).*",
    r"401 .*",
    r"503 GET /api/v1/bills.*",
)
"""What the scenes are refused, which is what they show."""


def scenes() -> list[Scene]:
    return [*records(), *_over_pages(), *_start_forms(), *_troubles()]
