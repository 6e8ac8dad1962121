"""The catalogue of processes (workflow.md) over HTTP at an embedded system: every row, by the right people, to its effect in the
owning service; what each refuses at its start, and gives back when it is withdrawn; and effects that fail, and are retried."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from deploy.api_client import ApiProblem, wait_until
from deploy.office import Desk, Office
from tests.e2e.company import SALES, Company, Form
from tests.e2e.starts import NOBODY, STARTS, WRITE_OFF_TURNS, Start
from tests.e2e.systems import EmbeddedSystem
from tests.e2e.walks import LEAD_FINANCE, WALKS, settle

_LONG = "长" * 6_000
_NESTED: list[Any] = []
for _ in range(200):
    _NESTED = [_NESTED]
_TEXTS = {"text", "long_text", "reference"}
HOSTILE: dict[str, tuple[Any, set[str]]] = {
    "an object": ({"a": 1}, set()),
    "a list of nulls": ([None], set()),
    "lists in lists": (_NESTED, set()),
    "a truth": (True, {"boolean"}),
    "a negative number": (-1, {"money"}),
    "a huge number": (10**30, set()),
    "a broken number": (1.5, set()),
    "far too long": (_LONG, set()),
    "a thousand entries": (["x"] * 1_001, set()),
    "not a number": ("NaN", _TEXTS),
    "infinite": ("Infinity", _TEXTS),
    "below zero": ("-0.01", _TEXTS | {"money"}),
    "seven decimals": ("0.0000001", _TEXTS),
    "digits of another script": ("٣", _TEXTS),
    "no day": ("2026-02-30", _TEXTS),
    "a zero byte": ("a\x00b", set()),
    "half a character": ("a\ud800b", set()),
}
"""In words → the value, and the types of fields that may hold it."""
EXTREME: dict[str, tuple[Any, ...]] = {
    "money": ("999999999999999", "-0.01", "0.00"),
    "decimal": ("999999999999999",),
    "integer": (10**15, 0),
    "date": ("0001-01-01", "9999-12-31"),
    "reference": (NOBODY, "nobody"),
    "list": ([NOBODY], ["x"] * 1_000),
    "attachments": ([{"id": NOBODY, "name": "无.pdf"}],),
}
"""Type of a field → values of that type which hardly any owner can do with."""


_NUMBER = {"invoice_number": "25310001", "issued_on": "2020-01-01"}
_RED = {"red_number": "25310002", "red_issued_on": "2020-01-01"}
ENTRIES: dict[str, tuple[tuple[str, ...], str, tuple[tuple[Form, str], ...]]] = {
    "test_account": (
        ("lead", "risk_expert"),
        "customer_care",
        (({}, "account_identifiers"), ({"account_identifiers": ["有 空格"]}, "account_identifiers")),
    ),
    "contract_review": (
        ("lead", "legal", "finance", "operations_vp", "sales_director"),
        SALES,
        (({}, "stamped_scan"), ({"stamped_scan": [{"id": NOBODY, "name": "无.pdf"}]}, "stamped_scan")),
    ),
    "channel_registration": (
        ("lead", "risk_expert"),
        "resource",
        (({"channel": "移动"}, "result"), ({"channel": "移动", "result": "refused"}, "result_note")),
    ),
    "recharge": (("lead",), "finance", (({"paid_on": "2999-01-01"}, "paid_on"),)),
    "bill_invoice": (
        ("lead",),
        "finance",
        (
            ({}, "invoice_number"),
            ({**_NUMBER, "invoice_number": "号 码"}, "invoice_number"),
            ({**_NUMBER, "issued_on": "2999-01-01"}, "issued_on"),
        ),
    ),
    "no_bill_invoice": (("lead",), "finance", (({**_NUMBER, "issued_on": "2999-01-01"}, "issued_on"),)),
    "reversal_of_invoice": (
        ("lead",),
        "finance",
        (({}, "red_number"), ({**_RED, "red_number": "-" * 41}, "red_number"), (_RED, "red_issued_on")),
    ),
}
"""What nodes enter: who approves before, who enters, and what of it is refused → the field that is named."""


@pytest.fixture(scope="module")
def company(embedded: EmbeddedSystem) -> Iterator[Company]:
    embedded.start()
    embedded.add_people()
    office = Office(embedded.base_url)
    yield Company(office)
    office.close()


@pytest.fixture(scope="module")
def start_of(company: Company) -> Callable[[str], Start]:
    """What can be started, by its name; made when the first test asks. Each leaves it as it was, and says so if it could not."""

    @cache
    def start_of(name: str) -> Start:
        return STARTS[name](company)

    return start_of


@pytest.mark.parametrize("name", WALKS)
def test_every_row_goes_from_its_start_to_its_effect_in_the_owning_service(company: Company, name: str) -> None:
    WALKS[name](company)


def test_no_shipped_definition_is_left_out(company: Company) -> None:
    shipped = {row["code"] for row in company.sales.client.get("/process-definitions")["items"]}
    assert {name.partition("_of_")[0].removeprefix("automatic_") for name in WALKS} == shipped
    assert {name.partition("_of_")[0] for name in STARTS} == shipped


@pytest.mark.parametrize("name", STARTS)
def test_a_wrong_start_is_refused_by_field_and_a_withdrawn_one_frees_what_it_reserved(
    company: Company, start_of: Callable[[str], Start], name: str
) -> None:
    start = start_of(name)
    before, running = start.look(), _running(company, start.code)
    for change, field in (start.wrong, *start.foreign):
        problem = company.refused(start.code, start.subject_id, {**start.form, **change})
        named = [error["field"].removeprefix("form.") for error in problem.problem["errors"]]
        assert problem.status in {409, 422}, problem
        assert any(each.startswith(field) for each in named), (change, named)
        assert all(error["message"] for error in problem.problem["errors"])
        assert start.look() == before, change
    assert _running(company, start.code) == running
    process = company.sales.start(start.code, start.subject_id, _with_new_papers(company, start.form))
    assert (start.look() != before) is start.reserves
    company.withdraw(process)
    wait_until("what it reserved to be free", lambda: start.look() == before)
    # And it is free for the next.
    company.withdraw(company.sales.start(start.code, start.subject_id, _with_new_papers(company, start.form)))
    wait_until("what it reserved to be free", lambda: start.look() == before)


@pytest.mark.parametrize("name", STARTS)
def test_hostile_values_are_refused_by_field_and_leave_nothing(
    company: Company, start_of: Callable[[str], Start], name: str
) -> None:
    start = start_of(name)
    before, running = start.look(), _running(company, start.code)
    entered = _entered_at_start(company, start.code)
    for words, (value, takers) in HOSTILE.items():
        problem = company.refused(start.code, start.subject_id, {field["code"]: value for field in entered})
        assert problem.status == 422, (words, problem)
        fussy = {field["code"] for field in entered if field["type"] not in takers}
        assert fussy <= set(_fields_of(problem)), words
    for subject_id in (None, "", "x", "a\x00b", _LONG, NOBODY, [start.subject_id], company.others.id):
        problem = company.refused(start.code, subject_id, _with_new_papers(company, start.form))
        assert problem.status in {404, 422}, (subject_id, problem)
    for field in entered:
        for value in EXTREME.get(field["type"], ()):
            form = {**_with_new_papers(company, start.form), field["code"]: value}
            refusal = _tried(company, start.code, start.subject_id, form)
            if refusal is not None:  # an amount of nothing, say, is one here and there
                assert (refusal.status, field["code"] in _fields_of(refusal)) == (422, True), (value, refusal)
    wait_until("nothing to be left", lambda: (start.look(), _running(company, start.code)) == (before, running))


@pytest.mark.parametrize("name", ENTRIES)
def test_what_a_node_enters_is_held_against_its_fields_and_the_task_stays_open(
    company: Company, start_of: Callable[[str], Start], name: str
) -> None:
    start = start_of(name)
    before = start.look()
    process = company.sales.start(start.code, start.subject_id, _with_new_papers(company, start.form))
    turns, who, wrong = ENTRIES[name]
    company.approve(process, *((each, {}) for each in turns))
    desk = company.desk(who)
    task = desk.own_task(process)
    fields = task["enters"]
    for words, (value, takers) in HOSTILE.items():
        problem = _refused_entry(desk, task, {field["code"]: value for field in fields})
        assert {field["code"] for field in fields if field["type"] not in takers} <= set(_fields_of(problem)), words
    for entered, field in wrong:
        assert field in _fields_of(_refused_entry(desk, task, entered)), entered
    assert "unknown" in {error["code"] for error in _refused_entry(desk, task, {"reason": "别的栏"}).problem["errors"]}
    assert desk.own_task(process)["id"] == task["id"]
    company.withdraw(process)
    wait_until("what it reserved to be free", lambda: start.look() == before)


def _refused_entry(desk: Desk, task: dict[str, Any], entered: Form) -> ApiProblem:
    with pytest.raises(ApiProblem) as caught:
        desk.client.post(f"/tasks/{task['id']}/approve", {"opinion": "同意", "form": entered})
    assert caught.value.status in {409, 422}, caught.value
    return caught.value


def test_an_effect_that_fails_says_so_on_the_page_and_comes_into_force_when_retried(company: Company) -> None:
    """A bill is voided while money is held for it: billing asks payments, who keeps it; released, the retry voids it."""
    kept = company.customer()
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    reversal = company.sales.start("reversal", kept.id, {"kind": "bill", "target_id": bill["id"], "reason": "单价有误"})
    receipt = company.receipt(kept, "300.00")
    pair = {"receipt_id": receipt["id"], "bill_id": bill["id"], "amount": "300.00"}
    holding = company.sales.start("write_off", kept.id, {"pairs": [pair]})
    company.approve(reversal, *LEAD_FINANCE)
    failed = _failed(company, reversal)
    assert failed["effect"]["summary_zh"].startswith(f"账单 {bill['number']} 有销账占用 300.00 元")
    assert ("retry_effect" in failed["can"], (company.found(f"/bills/{bill['id']}") or {})["state"]) == (True, "reconciled")
    assert _retried(company, reversal)["effect"]["state"] == "failed", "the money is still held"
    company.withdraw(holding)
    wait_until("the money to be free", lambda: (company.receivable(bill) or {})["held"] == "0.00")
    assert _retried(company, reversal)["effect"]["state"] == "in_force"
    assert (company.found(f"/bills/{bill['id']}") or {})["state"] == "void"
    assert (company.receivable(bill) or {})["state"] == "cancelled"
    said = [action for action, _ in company.history(reversal) if action.startswith(("effect", "applied"))]
    assert said == ["effect_failed", "effect_retried", "effect_failed", "effect_retried", "applied"]


def test_what_became_impossible_meanwhile_fails_in_words_and_is_retried_once_it_is_possible(company: Company) -> None:
    """Two accounts of a product ask for one sub-number; the second is told, and has it once the first has given it up."""
    kept = company.customer()
    second = company.account(kept.product_id)
    form = {"kind": "sub_number", "sub_number": "106", "explanation": "客户来电"}
    processes = [
        company.sales.start("special_request", kept.id, {**form, "account_id": account_id})
        for account_id in (kept.account_id, second["id"])
    ]
    company.approve(processes[0], ("customer_care", {}))
    company.sales.wait_until_in_force(processes[0])
    company.approve(processes[1], ("tech_support", {}))
    failed = _failed(company, processes[1])
    assert "106" in failed["effect"]["summary_zh"]
    assert "106" in failed["effect"]["summary_en"]
    company.change_account(kept.account_id, sub_number="")
    assert _retried(company, processes[1])["effect"]["state"] == "in_force"
    assert (company.found(f"/accounts/{second['id']}") or {})["sub_number"] == "106"


def test_a_match_undone_ends_the_write_off_that_waits_and_its_owner_reads_why(company: Company) -> None:
    kept = company.customer()
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    receipt = company.receipt(kept, "420.00")
    inbox = {"box": "todo", "code": "write_off", "customer_id": kept.id}
    (waiting,) = wait_until("销账 to start by itself", lambda: company.items("/processes", **inbox))
    admin = company.desk("sales_admin")
    unmatched = admin.client.post(f"/receipts/{receipt['id']}/unmatch", {"why": "是另一家的款"})
    assert (unmatched["state"], unmatched["held"]) == ("unmatched", "0.00")
    wait_until("nothing to be left to confirm", lambda: not company.items("/processes", **inbox))
    page = company.sales.process(waiting["id"]) or {}
    last = page["history"][-1]
    assert (page["state"], last["action"], last["by_name"]) == ("withdrawn", "withdrawn", admin.name)
    ended = company.found(f"/write-offs/{waiting['id']}") or {}
    assert (ended["state"], ended["ended_by"], ended["ended_why"]) == ("cancelled", admin.name, "是另一家的款")
    assert (company.receivable(bill) or {})["outstanding"] == "420.00"

    def told() -> list[str]:
        texts = [message["text"]["zh"] for message in company.items("/messages", category="task", customer_id=kept.id)]
        return [text for text in texts if "是另一家的款" in text]

    (text,) = wait_until("its owner to be told", told)
    assert admin.name in text


def test_the_cycle_closes_with_invoice_and_write_off_and_a_reversal_opens_it_until_it_is_made_good(company: Company) -> None:
    kept = company.customer()
    bill = company.bill(kept)

    def state() -> str:
        return str((company.found(f"/bills/{bill['id']}") or {})["state"])

    company.reconcile(kept, bill)
    receipt = company.receipt(kept, "420.00")
    settled = settle(company, kept)
    assert wait_until("the receivable to be settled", lambda: (company.receivable(bill) or {})["state"] == "settled")
    assert state() == "reconciled", "money alone does not close it"
    asked = {"bills": [{"bill_id": bill["id"], "amount": "420.00"}], "invoice_type": "ordinary"}
    company.archive("bill_invoice", kept.id, asked, ("lead", {}), ("finance", company.number()))
    wait_until("the bill to be closed", lambda: state() == "closed")
    reversal = {"kind": "write_off", "target_id": settled, "reason": "销错到款"}
    company.archive("reversal", kept.id, reversal, *LEAD_FINANCE)
    wait_until("the bill to be open again", lambda: state() == "reconciled")
    pair = {"receipt_id": receipt["id"], "bill_id": bill["id"], "amount": "420.00"}
    company.archive("write_off", kept.id, {"pairs": [pair]}, *WRITE_OFF_TURNS)
    wait_until("the bill to be closed again", lambda: state() == "closed")


def _failed(company: Company, process: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        page = company.sales.process(process) or {}
        return page if page["effect"]["state"] == "failed" else None

    return wait_until("the effect to fail", look)


def _retried(company: Company, process: str) -> dict[str, Any]:
    """The process's page once the owner has answered again."""
    company.sales.client.post(f"/processes/{process}/retry-effect", {"opinion": "再试一次"})

    def look() -> dict[str, Any] | None:
        page = company.sales.process(process) or {}
        return None if page["effect"]["state"] == "awaited" else page

    return wait_until("the effect to be tried again", look)


def _tried(company: Company, code: str, subject_id: str, form: Form) -> ApiProblem | None:
    """The refusal of a start; one that is not refused is withdrawn."""
    try:
        started = company.sales.start(code, subject_id, form)
    except ApiProblem as problem:
        return problem
    company.withdraw(started)
    return None


def _entered_at_start(company: Company, code: str) -> list[dict[str, Any]]:
    fields = company.sales.client.get(f"/process-definitions/{code}")["fields"]
    return [field for field in fields if field["entered_at"] == "start" and not field["is_computed"]]


def _fields_of(problem: ApiProblem) -> list[str]:
    """The form's fields that a refusal names."""
    return [error["field"].removeprefix("form.").partition(".")[0] for error in problem.problem["errors"]]


def _running(company: Company, code: str) -> list[str]:
    return [row["id"] for row in company.items("/processes", box="started", code=code, state="running")]


def _with_new_papers(company: Company, form: Form) -> Form:
    """An attachment belongs to the first process that is started with it."""
    return {**form, "draft": [company.paper()]} if "draft" in form else form
