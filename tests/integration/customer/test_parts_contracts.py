"""Contracts: shown, filtered, sorted, each with its state on the day of the answer; and what the lists are read by."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.contracts import customer_parts_calls as parts
from services.customer.usecases.list_accounts import list_all_accounts
from services.customer.usecases.list_contracts import list_contracts, show_contract
from services.customer.usecases.list_follow_ups import list_follow_ups
from services.customer.usecases.list_products import list_all_products
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from tests.integration.customer.office import Office

OVER = (date(2025, 3, 1), date(2026, 3, 9))
TODAY_LAST = (date(2025, 3, 11), date(2026, 3, 10))
TODAY_FIRST = (date(2026, 3, 10), date(2027, 3, 9))
COMING = (date(2026, 3, 11), date(2027, 3, 10))


def _sign(office: Office, customer_id: UUID, term: tuple[date, date], **form: Any) -> UUID:
    """A contract of that term, archived while its end lay ahead."""
    today, office.today = office.today, min(office.today, term[0])
    process = office.contract(office.zhang, customer_id, *term, **form)
    office.prepare(process)
    office.archive(process)
    office.today = today
    return UUID(office.said("contract_in_force")[-1]["id"])


def _found(office: Office, caller: Caller | None = None, **query: Any) -> list[UUID]:
    page = list_contracts(office.begin(caller or office.zhang), **load(parts.ContractQuery, query))
    return [contract["id"] for contract in page.items]


def test_a_contracts_state_is_that_of_the_day_of_the_answer(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    ids = [_sign(office, customer_id, term) for term in (OVER, TODAY_LAST, TODAY_FIRST, COMING)]

    def states() -> list[str]:
        return [show_contract(office.begin(office.zhang), each)["state"] for each in ids]

    assert states() == ["over", "in_force", "in_force", "coming"], "first and last day are of the term"
    for state, expected in (("over", ids[:1]), ("in_force", ids[1:3]), ("coming", ids[3:])):
        assert _found(office, state=state) == expected
    office.today = date(2026, 3, 11)
    assert states() == ["over", "over", "in_force", "in_force"]
    assert _found(office, state="coming") == []


def test_a_contract_is_shown_in_full_to_who_sees_its_customer(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    contract_id = _sign(office, customer_id, TODAY_FIRST, amount="480000.00", product_ids=[str(product_id)])
    shown = parts.Contract().dump(show_contract(office.begin(office.lead), contract_id))
    assert (shown["amount"], shown["customer_name"], shown["owner_name"]) == ("480000.00", "云帆", "张伟")
    assert shown["products"] == [{"id": str(product_id), "name": "行业短信"}]
    for unseen in (contract_id, new_id()):
        with pytest.raises(NotFound, match="contract_not_found"):
            show_contract(office.begin(office.li), unseen)


def test_contracts_are_narrowed_by_product_standard_renewal_and_the_numbers_beginning(office: Office) -> None:
    customer_id, other = office.add(office.zhang, "云帆"), office.add(office.zhang, "海鸥")
    product_id = office.product(office.zhang, customer_id)
    first = _sign(office, customer_id, TODAY_FIRST, product_ids=[str(product_id)], is_auto_renewing=True)
    second = _sign(office, other, COMING, is_standard=False)
    assert _found(office) == [first, second]
    assert _found(office, product_id=str(product_id)) == _found(office, auto_renewing="true") == [first]
    assert _found(office, standard="false") == _found(office, customer_id=str(other)) == [second]
    assert _found(office, standard="true", auto_renewing="false") == []
    assert _found(office, ends_from="2027-03-10") == [second]
    number = show_contract(office.begin(office.zhang), first)["number"]
    assert _found(office, q=number) == [first]
    assert _found(office, q="HT-20260310") == [first, second]
    assert _found(office, q="%") == []
    assert _found(office, office.li) == []


def test_contracts_are_sorted_by_customer_and_by_amount_those_without_last(office: Office) -> None:
    ids = {
        name: _sign(office, office.add(office.zhang, f"客户{name}"), TODAY_FIRST, **amount)
        for name, amount in (("A", {"amount": "100.00"}), ("B", {}), ("C", {"amount": "9.50"}), ("D", {"amount": "1000.00"}))
    }

    def order(sort: str) -> str:
        names = {contract_id: name for name, contract_id in ids.items()}
        seen = ""
        cursor: str | None = ""
        while cursor is not None:
            query = load(parts.ContractQuery, {"sort": sort, "page_size": 1, "cursor": cursor})
            page = list_contracts(office.begin(office.zhang), **query)
            seen, cursor = seen + names[page.items[0]["id"]], page.next_cursor
        return seen

    assert (order("customer_name"), order("-customer_name")) == ("ABCD", "DCBA")
    assert (order("-amount"), order("amount")) == ("DACB", "BCAD")


def _contracts(begin: Begin, **query: Any) -> None:
    list_contracts(begin, **load(parts.ContractQuery, query))


def _products(begin: Begin, **query: Any) -> None:
    list_all_products(begin, **load(parts.ProductQuery, query))


def _accounts(begin: Begin, **query: Any) -> None:
    list_all_accounts(begin, **load(parts.AccountQuery, query))


def _follow_ups(begin: Begin, **query: Any) -> None:
    list_follow_ups(begin, **load(parts.FollowUpQuery, query))


@pytest.mark.parametrize(
    ("ask", "query", "index"),
    [
        (_contracts, {}, "ix_contracts_valid_to"),
        (_contracts, {"sort": "-amount"}, "ix_contracts_amount"),
        (_contracts, {"sort": "-created_at"}, "ix_contracts_created_at"),
        (_products, {}, "ix_products_name"),
        (_products, {"sort": "-created_at"}, "ix_products_created_at"),
        (_accounts, {"sort": "-opened_at"}, "ix_accounts_opened_at"),
        (_accounts, {"status": "blocked"}, "ix_accounts_status"),
        (_follow_ups, {"from": "2026-03-12", "to": "2026-03-12"}, "ix_contact_logs_planned"),
        # The few that are found are sorted.
        (_contracts, {"q": "HT-2026"}, "ix_contracts_number_prefix"),
        (_accounts, {"q": "yunfan", "sort": "opened_at"}, "ix_accounts_identifier_prefix"),
    ],
    ids=lambda each: each.__name__ if callable(each) else str(each),
)
def test_every_list_has_an_index_to_be_read_by(
    office: Office, ask: Callable[..., None], query: dict[str, Any], index: str
) -> None:
    """For who sees all. Empty tables are read by whatever can serve: what could be sorted or scanned instead is forbidden."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(office.database.engine, "before_cursor_execute", note)
    ask(office.begin(office.admin), **query)
    event.remove(office.database.engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if " LIMIT " in each[0])
    with office.database.engine.connect() as connection:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", *(() if "q" in query else ("sort",))):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    assert any(index in line for line in plan), "\n".join(plan)
