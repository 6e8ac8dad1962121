"""What billing reads of a process's form is what its definition asks for."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contracts import billing_forms as forms
from services.kit.schema import Schema
from services.workflow import __path__ as workflow

FORMS: dict[str, tuple[type[Schema], ...]] = {
    "bill_invoice": (forms.BillInvoiceForm, forms.InvoiceNumberForm),
    "no_bill_invoice": (forms.AdvanceInvoiceForm, forms.InvoiceNumberForm),
    "recharge": (forms.RechargeForm,),
    "deferred_payment": (forms.DeferredPaymentForm,),
}
ENTERED_BY_BILLING = {"account_id"}


def _definition(code: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((Path(workflow[0]) / "definitions" / f"{code}.yaml").read_text("utf-8"))
    return content


@pytest.mark.parametrize("code", FORMS)
def test_what_billing_reads_of_a_form_its_definition_asks_for(code: str) -> None:
    asked = {field["code"]: field for field in _definition(code)["fields"] if not field.get("is_computed")}
    read = {name: field for form in FORMS[code] for name, field in form().fields.items() if name not in ENTERED_BY_BILLING}
    assert read.keys() == asked.keys()
    assert {name for name, field in read.items() if field.required} == {
        name for name, field in asked.items() if field.get("required")
    }


@pytest.mark.parametrize(("code", "field"), [("recharge", "present_balance"), ("no_bill_invoice", "difference")])
def test_what_billing_computes_nobody_enters(code: str, field: str) -> None:
    (computed,) = [each for each in _definition(code)["fields"] if each["code"] == field]
    assert computed["is_computed"]


def test_a_recharge_is_prepay_or_prepurchase_with_six_places_to_its_unit_price() -> None:
    fields = {field["code"]: field for field in _definition("recharge")["fields"]}
    assert [(choice["code"], choice["name_zh"]) for choice in fields["type"]["choices"]] == [
        ("prepay", "预付"),
        ("prepurchase", "预购"),
    ]
    assert fields["unit_price"]["places"] == 6
