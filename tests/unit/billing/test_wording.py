"""Every code that billing can answer with has its words."""

import re
from pathlib import Path

from services.billing import __path__ as billing
from services.contracts.billing import BILL_REFUSALS
from services.contracts.billing_wording import BILL_REFUSAL_WORDS, FIELD_ERRORS, REFUSALS
from services.contracts.customer_wording import REFUSALS as OF_CUSTOMERS
from services.contracts.startable import REFUSALS as REASONS_AGAINST_A_START
from services.contracts.wording import FIELD_ERRORS as SHARED_FIELD_ERRORS
from services.contracts.wording import SHARED

SOURCE = "\n".join(path.read_text() for path in Path(billing[0]).rglob("*.py") if path.parent.name != "migrations")
HEARD_BY_NOBODY = {"product_not_known_yet", "bill_not_reconciled"}
"""Refusals of events, which the bus tries again."""

STATES = {
    "bill_not_open": ("{1}", "{2}"),
    "bill_not_reconciled": ("{1}", "{2}"),
    "bill_not_voidable": ("{1}", "{2}"),
    "invoice_not_issued": ("{0}", "{1}"),
}
"""Where a state's name stands that is told in both languages: the Chinese words take the first, the English ones the second."""


def test_every_refusals_code_has_words() -> None:
    codes = set(re.findall(r'(?:NotFound|Conflict|Forbidden|TooMany)\(\s*"(\w+)"', SOURCE))
    # Why nothing can be started for a customer is said in one set of words, whoever finds it.
    said = {*REFUSALS, *SHARED, *REASONS_AGAINST_A_START, *(OF_CUSTOMERS.keys() & {"customer_in_pool", "account_closed"})}
    assert codes - said - HEARD_BY_NOBODY == set()


def test_every_field_errors_code_has_words() -> None:
    codes = set(re.findall(r'\[f?"(\w+)(?:\|[^"]*)?"\]', SOURCE)) & {word for word in re.findall(r"\w+", SOURCE) if "_" in word}
    known = FIELD_ERRORS.keys() | SHARED_FIELD_ERRORS.keys() | REFUSALS.keys()
    columns = set(re.findall(r'\w+\["(\w+)"\]', SOURCE))  # a look-up in a dictionary, no list of codes
    assert codes - columns - known == set()


def test_every_reason_has_words_and_both_languages_use_the_same_details() -> None:
    assert BILL_REFUSAL_WORDS.keys() == set(BILL_REFUSALS)
    for words in (REFUSALS, FIELD_ERRORS, BILL_REFUSAL_WORDS):
        for code, (zh, en) in words.items():
            chinese_state, english_state = STATES.get(code, ("", ""))
            english = en.replace(english_state, chinese_state)
            assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", english)), code
