"""What was issued stays as it was, whoever writes; and invoices as finance looks for them."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.list_invoices import list_invoices
from services.kit.ids import new_id
from tests.integration.billing.office import FINANCE, OTHER_SALES, SALES, Office

PAGE: dict[str, Any] = {
    "customer_id": None,
    "kind": None,
    "state": None,
    "number": "",
    "issued_from": None,
    "issued_to": None,
    "page_size": 50,
    "sort": "",
    "cursor": "",
}


def ask(office: Office, customer: UUID, bill: UUID, amount: str) -> UUID:
    process_id = new_id()
    form = {"bills": [{"bill_id": str(bill), "amount": amount}], "invoice_type": "ordinary"}
    office.prepare("bill_invoice", process_id, customer, form)
    return process_id


def issue(office: Office, customer: UUID, bill: UUID, amount: str, number: str, day: str = "2026-04-01") -> UUID:
    process_id = ask(office, customer, bill, amount)
    form = {"bills": [{"bill_id": str(bill), "amount": amount}], "invoice_type": "ordinary"}
    office.archive("bill_invoice", process_id, {**form, "invoice_number": number, "issued_on": day})
    found: UUID = office.value("SELECT id FROM invoices WHERE number = :number", number=number)
    return found


def reverse(office: Office, customer: UUID, invoice: UUID, number: str) -> None:
    process_id, form = new_id(), {"kind": "invoice", "target_id": str(invoice), "reason": "抬头有误"}
    office.prepare("reversal", process_id, customer, form)
    office.archive("reversal", process_id, {**form, "red_number": number, "red_issued_on": "2026-04-01"})


ISSUED: list[Any] = [
    pytest.param("UPDATE invoices SET amount = 299 WHERE number = 'N1'", id="its amount"),
    pytest.param("UPDATE invoices SET number = 'N9' WHERE number = 'N1'", id="its number"),
    pytest.param("UPDATE invoices SET issued_on = '2026-03-01' WHERE number = 'N1'", id="its date"),
    pytest.param("UPDATE invoices SET information = '{}' WHERE number = 'N1'", id="whom it is made out to"),
    pytest.param("UPDATE invoices SET customer_id = gen_random_uuid() WHERE number = 'N1'", id="whose it is"),
    pytest.param("UPDATE invoices SET state = 'requested' WHERE number = 'N1'", id="that it was issued"),
    pytest.param("UPDATE invoices SET state = 'issued' WHERE number = 'N2'", id="that it was reversed"),
    pytest.param("UPDATE invoices SET amount = -1 WHERE number = 'R2'", id="a red one's amount"),
    pytest.param("UPDATE invoices SET state = 'reversed' WHERE number = 'R2'", id="that a red one counts"),
    pytest.param("DELETE FROM invoice_items; DELETE FROM invoices", id="that it is there"),
    pytest.param("DELETE FROM invoices WHERE state = 'requested'", id="that it was asked for"),
]


@pytest.mark.parametrize("statement", ISSUED)
def test_hand_written_sql_cannot_change_of_an_invoice(
    office: Office, customer: UUID, receivables: list[UUID], statement: str
) -> None:
    issue(office, customer, receivables[0], "300.00", "N1")
    reverse(office, customer, issue(office, customer, receivables[1], "400.00", "N2"), "R2")
    ask(office, customer, receivables[2], "500.00")
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(text(statement))


SUMS: list[Any] = [
    pytest.param(
        "DELETE FROM invoice_items; UPDATE bills SET invoiced = 0, invoice_reserved = 0",
        "settled when it is issued",
        id="an issued invoice loses its bill, and the bill says so",
    ),
    pytest.param(
        "DELETE FROM invoice_items USING invoices WHERE invoices.id = invoice_id AND state = 'requested';"
        " UPDATE bills SET invoice_reserved = 0",
        "do not add up",
        id="one that is asked for loses its bill, and the bill says so",
    ),
    pytest.param(
        "INSERT INTO invoice_items (invoice_id, bill_id, amount) SELECT invoices.id, bills.id, 0.01 FROM invoices, bills"
        " WHERE invoices.number = 'N1' AND bills.amount = 500; UPDATE bills SET invoiced = 0.01 WHERE amount = 500",
        "settled when it is issued",
        id="an issued invoice gets another bill",
    ),
    pytest.param("UPDATE invoice_items SET amount = 1", "settled when it is issued", id="an item changes"),
    pytest.param(
        "UPDATE invoices SET state = 'reversed' WHERE number = 'N1'; UPDATE bills SET invoiced = 0",
        "reversed by an issued red one",
        id="an invoice is reversed by nothing",
    ),
    pytest.param(
        "INSERT INTO invoices (id, process_id, kind, customer_id, customer_name, type, information, delivery, amount,"
        " reverses_id, number, issued_on, state, requested_at, version)"
        " SELECT gen_random_uuid(), gen_random_uuid(), 'red', customer_id,"
        " customer_name, type, information, delivery, -299, id, 'R1', issued_on, 'issued', requested_at, 1"
        " FROM invoices WHERE number = 'N1'; UPDATE invoices SET state = 'reversed' WHERE number = 'N1';"
        " UPDATE bills SET invoiced = 0",
        "over as much",
        id="a red one over less",
    ),
    pytest.param("UPDATE invoices SET number = 'N1' WHERE state = 'requested'", "uq_invoices_number", id="a number twice"),
]


@pytest.mark.parametrize(("statement", "why"), SUMS)
def test_hand_written_sql_cannot_have_invoices_and_bills_agree_on_what_is_wrong(
    office: Office, customer: UUID, receivables: list[UUID], statement: str, why: str
) -> None:
    issue(office, customer, receivables[0], "300.00", "N1")
    ask(office, customer, receivables[1], "400.00")
    with pytest.raises(IntegrityError, match=why), office.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_number_stays_taken_by_an_invoice_that_was_reversed(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    reverse(office, customer, issue(office, customer, receivables[0], "300.00", "N1"), "R1")
    process_id = ask(office, customer, receivables[0], "300.00")
    for number in ("N1", "R1"):
        entered = {
            "bills": [{"bill_id": str(receivables[0]), "amount": "300.00"}],
            "invoice_type": "ordinary",
            "invoice_number": number,
            "issued_on": "2026-04-01",
        }
        with pytest.raises(Exception, match="invalid_input") as refusal:
            office.prepare("bill_invoice", process_id, customer, entered, FINANCE, "node", "finance", 2)
        assert refusal.value.fields == {"invoice_number": [f"invoice_number_taken|{number}"]}  # type: ignore[attr-defined]


def test_invoices_are_found_by_how_their_number_begins_and_by_when_they_were_issued(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    for number, bill in enumerate(receivables):
        issue(office, customer, bill, f"{300 + 100 * number}.00", f"2531{number}", f"2026-0{2 + number}-01")

    def found(caller: Any = SALES, **filters: Any) -> list[str]:
        return [row.number for row in list_invoices(office.begin(caller), **{**PAGE, "sort": "amount", **filters}).items]

    assert found(number="2531") == ["25310", "25311", "25312"]
    assert found(number="25311") == ["25311"]
    assert (found(number="%"), found(number="531")) == ([], [])
    assert found(issued_from=date(2026, 2, 2)) == ["25311", "25312"]
    assert found(issued_from=date(2026, 2, 1), issued_to=date(2026, 3, 1)) == ["25310", "25311"]
    assert found(OTHER_SALES) == []
