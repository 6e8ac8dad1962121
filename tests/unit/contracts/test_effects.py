"""The reasons that owners give for an effect that failed: a refusal's own words, and where the log of anything else is."""

import pytest

from services.contracts.effects import reason_of
from services.kit.errors import Conflict, InvalidInput, NotFound, Refusal

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (
            Conflict("bill_held_by_another_process", number="B-1", state="reconciling"),
            "账单 B-1 已在另一流程中，无法生效。",
            "Bill B-1 is in another process; this one cannot take effect.",
        ),
        (
            InvalidInput(fields={"valid_to": ["in_past"], "words.0": ["length|1|50"]}),
            "输入有误，请按字段提示修改。 valid_to: 必须晚于今天。 words.0: 长度须在 1 到 50 之间。",
            "The input is wrong; see the fields. valid_to: Must lie ahead. words.0: Its length must be 1 to 50.",
        ),
        (NotFound("customer_not_found"), "没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
        (Refusal("of_a_newer_version"), "of_a_newer_version", "of_a_newer_version"),
        (
            KeyError("stamped_scan"),
            f"系统错误，已记录（追踪号 {TRACE}）。",
            f"An internal error; it is logged under trace {TRACE}.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_failure_is_worded_in_both_languages(error: Exception, zh: str, en: str) -> None:
    assert reason_of(error, TRACE) == (zh, en)
