"""What a refusal says is not there, in the words of the request."""

from typing import Any

import pytest

from gateway.late_copies import unknown_of
from services.kit.errors import Conflict, InvalidInput, NotFound

ONE, OTHER = "01234567-89ab-7cde-8f01-23456789abcd", "01234567-89ab-7cde-8f01-23456789abce"


@pytest.mark.parametrize(
    ("error", "values", "unknown"),
    [
        pytest.param(NotFound("product_not_found"), {"product_id": ONE, "customer_id": OTHER}, [("product", ONE)], id="of path"),
        pytest.param(NotFound("customer_not_found"), {"subject_id": ONE, "form": {}}, [("customer", ONE)], id="of a process"),
        pytest.param(
            InvalidInput(fields={"form.product_ids.1": ["product_not_found"], "form.months": ["range|1|12"]}),
            {"subject_id": OTHER, "form": {"product_ids": [OTHER, ONE], "months": 13}},
            [("product", ONE)],
            id="one of several",
        ),
        pytest.param(
            InvalidInput(fields={"form.product_id": ["product_not_found"]}),
            {"subject_id": ONE, "form": {}},
            [("product", ONE)],
            id="named as the subject only",
        ),
        pytest.param(
            InvalidInput(fields={"subject_id": ["account_not_found"]}), {"subject_id": ONE}, [("account", ONE)], id="an account"
        ),
        pytest.param(NotFound("bill_not_found"), {"bill_id": ONE, "subject_id": ONE}, [], id="not customer's"),
        pytest.param(Conflict("customer_not_found"), {"customer_id": ONE}, [], id="no such refusal"),
        pytest.param(NotFound("customer_not_found"), {"customer_id": "x"}, [], id="no id"),
        pytest.param(NotFound("customer_not_found"), {}, [], id="nothing named"),
        pytest.param(InvalidInput(fields={"rows.7.customer_id": ["customer_not_found"]}), {"rows": [1]}, [], id="no such place"),
        pytest.param(RuntimeError("customer_not_found"), {"customer_id": ONE}, [], id="a fault"),
    ],
)
def test_what_is_unknown_is_named_by_the_request(
    error: Exception, values: dict[str, Any], unknown: list[tuple[str, str]]
) -> None:
    assert [tuple(each) for each in unknown_of(error, values)] == unknown
