"""Invoice information as it is kept: every field there, the tax number tidied and checked."""

from typing import Any

from services.contracts.tax_numbers import problem_of_tax_number, tidy_tax_number
from services.kit.errors import InvalidInput


def checked_invoice_information(information: dict[str, Any]) -> dict[str, str]:
    """
    :raises InvalidInput: for a tax number that cannot be one (spec, customer.md, "Data").
    """
    kept = {name: str(text).strip() for name, text in information.items()}
    kept["tax_number"] = tidy_tax_number(kept.get("tax_number", ""))
    problem = problem_of_tax_number(kept["tax_number"]) if kept["tax_number"] else None
    if problem is not None:
        raise InvalidInput(fields={"invoice_information.tax_number": [problem]})
    return kept
