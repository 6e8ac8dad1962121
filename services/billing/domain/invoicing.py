"""What must be right before an invoice is asked for (spec, billing.md, "Invoices"). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from services.kit.money import ZERO

INFORMATION_FIELDS: Final = ("company_name", "tax_number", "address", "telephone", "bank", "bank_account")

REQUIRED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ordinary": ("company_name", "tax_number"),
    "special": INFORMATION_FIELDS,
}
"""Invoice type → the fields it cannot do without."""


@dataclass(frozen=True)
class AskedAmount:
    """What is entered for one bill, beside what the bill still lacks."""

    entered: Decimal
    lacking: Decimal


def complete_information(entered: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, str]:
    """The entered invoice information, with the customer's where nothing was entered."""
    return {field: str(entered.get(field) or known.get(field) or "").strip() for field in INFORMATION_FIELDS}


def missing_information(invoice_type: str, information: Mapping[str, str]) -> dict[str, list[str]]:
    """The fields that this type of invoice lacks, by path."""
    return {f"invoice_information.{field}": ["required"] for field in REQUIRED_FIELDS[invoice_type] if not information.get(field)}


def check_amounts(asked: list[AskedAmount]) -> dict[str, list[str]]:
    """What is wrong with the entered amounts, by path: none over what its bill still lacks, and together exactly what the
    bills lack together."""
    wrong: dict[str, list[str]] = {}
    for number, each in enumerate(asked):
        if each.entered <= ZERO:
            wrong[f"bills.{number}.amount"] = ["above|0"]
        elif each.entered > each.lacking:
            wrong[f"bills.{number}.amount"] = [f"over_what_bill_lacks|{each.lacking}"]
    entered = sum((each.entered for each in asked), ZERO)
    lacking = sum((each.lacking for each in asked), ZERO)
    if entered != lacking:
        wrong["bills"] = [f"total_differs|{entered}|{lacking}"]
    return wrong


def set_oldest_first(left: Sequence[Decimal], lacking: Sequence[Decimal]) -> list[tuple[int, int, Decimal]]:
    """Which invoice in advance pays how much of which bill's invoicing, both in their order: (invoice, bill, amount)."""
    pairs: list[tuple[int, int, Decimal]] = []
    free, wanted = list(left), list(lacking)
    number = place = 0
    while number < len(free) and place < len(wanted):
        amount = min(free[number], wanted[place])
        if amount > ZERO:
            pairs.append((number, place, amount))
        free[number] -= amount
        wanted[place] -= amount
        if free[number] <= ZERO:
            number += 1
        else:
            place += 1
    return pairs
