"""Bills' contents are held to their bills by the database, whoever writes (migration 0006)."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from tests.integration.billing.office import Office, unified

NOWHERE = "gen_random_uuid()"


AN_ACCOUNTS_PART = "INSERT INTO bill_accounts (bill_id, account_id, identifier, quantity, amount)"
OF_NO_BILL = f"(jsonb_populate_record(lines, jsonb_build_object('bill_id', {NOWHERE}))).*"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param(
            f"{AN_ACCOUNTS_PART} VALUES ({NOWHERE}, {NOWHERE}, 'a', 1, 1)", "no such bill", id="an account's part of no bill"
        ),
        pytest.param(
            f"INSERT INTO bill_lines SELECT {OF_NO_BILL} FROM bill_lines AS lines", "no such bill", id="a line of no bill"
        ),
        pytest.param(
            "INSERT INTO bill_line_shares SELECT bill_id, line_number + 1, account_id, 1, 1 FROM bill_line_shares",
            "no such line",
            id="a share of no line",
        ),
        pytest.param("DELETE FROM bill_lines", "a line that has shares is not deleted", id="a line goes and its shares stay"),
        pytest.param("DELETE FROM bills", "a bill is never deleted", id="a bill goes"),
        pytest.param(f"UPDATE bills SET id = {NOWHERE}", "a bill is never deleted", id="a bill becomes another"),
        pytest.param("UPDATE bill_lines SET number = number + 1", "bill_lines stay with their bill", id="a line moves"),
        pytest.param(
            f"UPDATE bill_accounts SET bill_id = {NOWHERE}", "bill_accounts stay with their bill", id="an account's part moves"
        ),
        pytest.param("UPDATE bill_line_shares SET line_number = 2", "bill_line_shares stay with their bill", id="a share moves"),
    ],
)
def test_what_belongs_to_no_bill_is_refused(office: Office, product: UUID, statement: str, said: str) -> None:
    office.price(product, unified("0.03"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 100)])
    office.run_billing(shards=1)
    with pytest.raises(IntegrityError, match=said):
        office.rows(f"{statement} RETURNING 1")
