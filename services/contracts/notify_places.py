"""The places of the console's menu where messages wait, and the pages that messages lead to (spec, notify.md: "a link to the very
page and sub-menu where its reader acts"; "counters per sub-menu item"). Console, counters and templates share them.

A place's code is its way through the menu, ``customers.funnel``. Below ``processes.todo`` there is one for every process and node
(``processes.todo.write_off.confirm``); what those are called their definitions say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from marshmallow import fields

from services.kit.schema import Schema


@dataclass(frozen=True)
class Place:
    """An entry of the menu.

    :param zh, en: what it is called.
    :param page: the console's page that it opens, with the sub-menu's choice in its query.
    :param category: of its messages; each place has those of one. ``None`` where only what is below it has any.
    :param has_nodes: whether there are places below it for processes and their nodes.
    """

    code: str
    zh: str
    en: str
    page: str
    category: str | None = None
    has_nodes: bool = False


PLACES: Final[dict[str, Place]] = {
    place.code: place
    for place in (
        Place("customers", "客户工作台", "Customers", "/customers"),
        Place("customers.funnel", "客户漏斗", "Funnel", "/customers", "funnel"),
        Place("customers.follow_up", "待跟进", "Follow-ups", "/customers", "customer"),
        Place("customers.contracts", "合同", "Contracts", "/contracts", "contract"),
        Place("customers.accounts", "账号", "Accounts", "/customers", "customer"),
        Place("customers.prices", "价格与账单周期", "Prices and terms", "/customers", "billing"),
        Place("customers.balances", "余额", "Balances", "/customers", "billing"),
        Place("customers.transfers", "客户交接", "Transfers", "/customers", "customer"),
        Place("customers.pool", "公共池", "Public pool", "/pool", "customer"),
        Place("processes", "流程中心", "Processes", "/processes"),
        Place("processes.todo", "待办", "To do", "/processes?box=todo", "task", has_nodes=True),
        Place("processes.started", "我发起的", "Started by me", "/processes?box=started", "task"),
        Place("processes.copied", "抄送我的", "Copied to me", "/processes?box=copied", "task"),
        Place("processes.overdue", "下属超时", "Overdue in my department", "/processes?box=visible&overdue=true", "task"),
        Place("processes.deputies", "代理", "Deputies", "/processes?box=todo", "task"),
        Place("processes.failed", "未生效流程", "Not in force", "/processes?box=visible&effect=failed", "system"),
        Place("bills", "对账与账单", "Bills", "/bills"),
        Place("bills.open", "待对账", "To reconcile", "/bills?state=open", "billing"),
        Place("bills.refused", "未出账单", "No bill", "/bill-refusals", "billing"),
        Place("bills.reconciled", "已对账", "Reconciled", "/bills?state=reconciled", "billing"),
        Place("bills.closed", "已结清", "Closed", "/bills?state=closed", "billing"),
        Place("receipts", "到款池", "Receipts", "/receipts"),
        Place("receipts.unmatched", "待认领到款", "Whose money", "/receipts?state=unmatched", "payment"),
        Place("receipts.matched", "我的到款", "Matched", "/receipts?state=matched", "payment"),
        Place("receipts.write_off", "销账", "Write-offs", "/write-offs", "payment"),
        Place("invoices", "发票", "Invoices", "/invoices", "billing"),
        Place("commission", "提成", "Commission", "/commission", "payment"),
    )
}
"""By code, in the menu's order; what is above a place comes before it."""

CUSTOMER_TABS: Final = ("logs", "products", "contracts", "processes", "bills", "receipts", "history")
"""The parts of a customer's page."""

PAGES: Final[dict[str, frozenset[str]]] = {
    "/customers": frozenset({"owner_id"}),
    "/customers/{id}": frozenset({"tab", "product"}),
    "/contracts": frozenset(),
    "/pool": frozenset(),
    "/processes": frozenset({"box", "code", "overdue", "effect"}),
    "/processes/{id}": frozenset({"task"}),
    "/bills": frozenset({"state"}),
    "/bills/{id}": frozenset(),
    "/bill-refusals": frozenset({"month"}),
    "/receipts": frozenset({"state"}),
    "/receipts/{id}": frozenset(),
    "/write-offs": frozenset(),
    "/write-offs/{id}": frozenset(),
    "/invoices": frozenset(),
    "/invoices/{id}": frozenset(),
    "/commission": frozenset({"month"}),
    "/interest": frozenset({"booked_month"}),
}
"""The console's pages by path, and what each one's query may ask of it."""

_SEGMENT: Final = re.compile(r"[A-Za-z0-9_{}.:-]+")


def place_of(code: str) -> Place | None:
    """The declared place that a message's belongs to; ``None`` where there is none."""
    if code in PLACES:
        return PLACES[code]
    above = next((PLACES[each] for each in ways_up(code) if each in PLACES), None)
    return above if above is not None and above.has_nodes else None


def ways_up(code: str) -> Iterator[str]:
    """A place and every one above it: ``a.b``, ``a``."""
    while code:
        yield code
        code = code.rpartition(".")[0]


def places_of(category: str) -> frozenset[str]:
    """The declared places whose messages are of a category."""
    return frozenset(place.code for place in PLACES.values() if place.category == category)


def page_of(link: str) -> str | None:
    """The declared page that a link opens; ``None`` if there is none, or its query asks what the page does not know."""
    path, _, query = link.partition("?")
    parts = path.split("/")
    for page, known in PAGES.items():
        wanted = page.split("/")
        fits = len(parts) == len(wanted) and all(map(_fits, parts, wanted))
        if fits and {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= known:
            return page
    return None


def _fits(part: str, wanted: str) -> bool:
    return part == wanted or (wanted == "{id}" and _SEGMENT.fullmatch(part) is not None)


class PlaceView(Schema):
    """An entry of the menu: its code, what it is called, the console's page. With ``has_nodes`` every process and node has one
    below it."""

    code = fields.String()
    name_zh = fields.String(attribute="zh")
    name_en = fields.String(attribute="en")
    page = fields.String()
    category = fields.String(allow_none=True)
    has_nodes = fields.Boolean()


class PlaceList(Schema):
    items = fields.List(fields.Nested(PlaceView))
