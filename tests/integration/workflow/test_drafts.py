"""Drafts (spec, workflow.md): "of any start form save themselves as one types, per user, process and subject, survive leaving the
page and the browser, and several can be open at once"."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from services.contracts import workflow_paper_calls as papers
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.kit.tables import audit_entries
from services.workflow.store import tables
from services.workflow.usecases.delete_draft import delete_draft
from services.workflow.usecases.list_drafts import list_drafts
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.save_draft import DRAFTS_MAX, save_draft
from services.workflow.usecases.show_draft import show_draft
from services.workflow.usecases.start_process import start_process
from tests.integration.workflow.conftest import NOW, Company

KEY = "claim_customer:018f0000-0000-7000-8000-000000000001"


def save(
    company: Company, form: dict[str, Any], version: int | None = None, *, by: str = "sales", key: str = KEY, **beside: Any
) -> tables.Draft:
    about: dict[str, Any] = {"subject_id": str(company.owner.customer_id), "title": "申请客户 · 上海云帆"}
    return save_draft(company.begin(by), key, code="claim_customer", **about, form=form, version=version, **beside)


def start(company: Company, form: dict[str, Any], **options: Any) -> Any:
    subject_id = str(company.owner.customer_id)
    request = {"code": "claim_customer", "subject_id": subject_id, "form": form, "opinion": "", "idempotency_key": None} | options
    return start_process(company.begin("sales"), company.owners, **request)


def test_a_draft_is_as_it_was_typed_however_wrong_or_half_filled(company: Company) -> None:
    form = {"reason": "", "amount": "twelve", "nobody_knows": [1, {"deep": None}], "attachments": "not yet"}
    saved = save(company, form)
    shown = show_draft(company.begin("sales"), KEY)
    assert (shown.form, shown.version, shown.saved_at) == (form, 1, NOW)
    assert save(company, form | {"reason": "老"}, saved.version).version == 2
    assert save(company, {}, 2).version == 3


def test_a_draft_keeps_who_is_chosen_and_what_is_said_beside_the_form(company: Company) -> None:
    chosen = {"review": [company.id_of("lead"), company.id_of("colleague")]}
    saved = save(company, {"reason": "老客户"}, handlers=chosen, opinion="已补")
    shown = dump(papers.Draft, show_draft(company.begin("sales"), KEY))
    assert (shown["handlers"], shown["opinion"]) == ({"review": [str(person) for person in chosen["review"]]}, "已补")
    assert save(company, {"reason": "老客户"}, handlers=chosen, opinion="已补").version == saved.version, "the same again"
    assert save(company, {"reason": "老客户"}, saved.version, handlers={}, opinion="已补").version == 2


def test_resubmitting_from_a_draft_deletes_it_and_a_refused_one_keeps_it(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="不清楚")
    save(company, {"reason": "补充"}, key="resubmission")
    save(company, {"reason": "另一份"}, key="other")

    def resubmit() -> None:
        form = {"reason": "补充"}
        resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=form, draft_key="resubmission")

    company.owner.error = InvalidInput(fields={"reason": ["invalid"]})
    with pytest.raises(InvalidInput):
        resubmit()
    assert {row["key"] for row in list_drafts(company.begin("sales"))} == {"resubmission", "other"}
    company.owner.error = None
    resubmit()
    assert [row["key"] for row in list_drafts(company.begin("sales"))] == ["other"]


def test_what_is_written_at_a_task_goes_with_it_and_nobody_elses_does(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    key = papers.task_draft(process_id)
    for name in ("lead", "colleague"):
        save(company, {"entered": {}}, by=name, key=key, opinion="先问问")
    save(company, {"entered": {}}, by="lead", key=papers.task_draft(new_id()), opinion="另一个流程")
    company.approve(process_id, "lead")
    assert [row["key"] for row in list_drafts(company.begin("lead"))] != [key]
    assert len(list_drafts(company.begin("lead"))) == 1, "what is written at another process stays"
    assert [row["key"] for row in list_drafts(company.begin("colleague"))] == [key], "whose task it is not"


def test_several_drafts_are_open_at_once_and_listed_without_their_forms(company: Company) -> None:
    save(company, {"reason": "老客户"})
    selection = save_draft(
        company.begin("sales", NOW + timedelta(minutes=1)),
        "reconciliation",
        code=None,
        subject_id=None,
        title="对账选择",
        form={"bill_ids": ["b1"]},
        version=None,
    )
    rows = list_drafts(company.begin("sales"))
    assert [(row["key"], row["code"], row["title"], row["saved_at"]) for row in rows] == [
        ("reconciliation", None, "对账选择", selection.saved_at),
        (KEY, "claim_customer", "申请客户 · 上海云帆", NOW),
    ]
    assert "form" not in rows[0]
    company.start("claim_customer", {"reason": "老客户"})  # the definitions are published by now
    names = {row["key"]: (row["name_zh"], row["name_en"]) for row in list_drafts(company.begin("sales"))}
    assert names == {KEY: ("申请客户", "Claim a customer"), "reconciliation": (None, None)}


def test_a_draft_is_nobody_elses_to_see(company: Company) -> None:
    save(company, {"reason": "秘密"})
    for name in ("lead", "admin", "colleague"):
        assert list_drafts(company.begin(name)) == []
        with pytest.raises(NotFound, match="draft_not_found"):
            show_draft(company.begin(name), KEY)
        delete_draft(company.begin(name), KEY)
    mine = save(company, {"reason": "我的"}, by="lead")
    assert mine.version == 1, "the same key is another draft"
    assert show_draft(company.begin("sales"), KEY).form == {"reason": "秘密"}


def test_two_tabs_do_not_overwrite_each_other_silently(company: Company) -> None:
    seen = save(company, {"reason": "一"}).version
    save(company, {"reason": "一号标签页"}, seen)
    for stale in (seen, None):
        with pytest.raises(Conflict, match="draft_changed") as refused:
            save(company, {"reason": "二号标签页"}, stale)
        assert refused.value.params["version"] == 2
    assert show_draft(company.begin("sales"), KEY).form == {"reason": "一号标签页"}
    # Who has seen it and wants it so says which version he or she overwrites.
    assert save(company, {"reason": "二号标签页"}, 2).version == 3


def test_the_same_save_again_changes_nothing_and_is_answered_alike(company: Company) -> None:
    first = save(company, {"reason": "一"})
    again = save(company, {"reason": "一"})
    assert (again.version, again.saved_at) == (first.version, first.saved_at) == (1, NOW)
    second = save(company, {"reason": "二"}, 1)
    assert save(company, {"reason": "二"}, 1).version == second.version == 2


def test_a_tab_left_open_does_not_bring_a_deleted_draft_back(company: Company) -> None:
    seen = save(company, {"reason": "一"}).version
    delete_draft(company.begin("sales"), KEY)
    delete_draft(company.begin("sales"), KEY)
    with pytest.raises(Conflict, match="draft_gone"):
        save(company, {"reason": "二"}, seen)
    assert list_drafts(company.begin("sales")) == []


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_tabs_that_save_at_the_same_moment_one_wins(company: Company, attempt: int) -> None:
    seen = save(company, {"reason": "一"}).version
    together = Barrier(2)

    def save_from(tab: int) -> int | str:
        together.wait()
        try:
            return save(company, {"reason": f"{tab} 号"}, seen).version
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(save_from, range(2)))) == ["2", "draft_changed"]


def test_drafts_are_bounded_in_number_even_when_saved_at_the_same_moment(company: Company) -> None:
    for number in range(DRAFTS_MAX - 1):
        save(company, {}, key=f"draft {number}")
    together = Barrier(4)

    def save_one(number: int) -> str:
        together.wait()
        try:
            save(company, {}, key=f"last {number}")
        except Conflict as refused:
            return refused.code
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(save_one, range(4))) == ["saved", *["too_many_drafts"] * 3]
    assert len(list_drafts(company.begin("sales"))) == DRAFTS_MAX
    assert save(company, {"reason": "改"}, 1, key="draft 0").version == 2, "those there are can be gone on with"


@pytest.mark.parametrize(
    ("draft", "errors"),
    [
        ({"form": {"text": "字" * 349_520}}, {}),
        ({"form": {"text": "字" * 349_530}}, {"form": ["too_many_bytes|1048576"]}),
        ({"form": {"number": float("inf")}}, {"form": ["invalid"]}),
        ({"form": {"text": "\0"}}, {"form.text": ["invalid"]}),
        ({"form": []}, {"form": ["invalid"]}),
        ({}, {"form": ["required"]}),
        ({"form": {}, "handlers": {"review": ["lead"]}}, {"handlers.review.value.0": ["invalid"]}),
        ({"form": {}, "title": "长" * 201}, {"title": ["length||200"]}),
    ],
)
def test_a_draft_is_bounded_in_size(draft: dict[str, Any], errors: dict[str, list[str]]) -> None:
    if not errors:
        assert load(papers.SaveDraft, draft)["form"] == draft["form"]
        return
    with pytest.raises(InvalidInput) as refused:
        load(papers.SaveDraft, draft)
    assert refused.value.fields == errors


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_drafts_key_is_bounded_in_length(key: str) -> None:
    with pytest.raises(InvalidInput):
        load(papers.DraftKey, {"key": key})


def test_starting_from_a_draft_deletes_it_and_no_other(company: Company) -> None:
    save(company, {"reason": "老客户"})
    save(company, {"reason": "另一份"}, key="other")
    save(company, {"reason": "同一个键"}, by="lead")
    start(company, {"reason": "老客户"}, draft_key=KEY)
    assert [row["key"] for row in list_drafts(company.begin("sales"))] == ["other"]
    assert [row["key"] for row in list_drafts(company.begin("lead"))] == [KEY]


def test_a_refused_start_keeps_the_draft(company: Company) -> None:
    save(company, {"reason": "老客户"})
    company.owner.error = InvalidInput(fields={"reason": ["invalid"]})
    with pytest.raises(InvalidInput):
        start(company, {"reason": "老客户"}, draft_key=KEY)
    assert show_draft(company.begin("sales"), KEY).form == {"reason": "老客户"}


def test_the_draft_goes_in_the_transaction_in_which_the_process_runs(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dying after it, nothing has happened; so there is never both or neither."""
    save(company, {"reason": "老客户"})

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("services.workflow.usecases.start_process.drafts.forget", die)
        with pytest.raises(KeyboardInterrupt):
            start(company, {"reason": "老客户"}, draft_key=KEY, idempotency_key="one")
    assert show_draft(company.begin("sales"), KEY).version == 1
    process_id = start(company, {"reason": "老客户"}, draft_key=KEY, idempotency_key="one")
    assert company.page(process_id)["state"] == "running"
    assert list_drafts(company.begin("sales")) == []


def test_a_draft_saved_while_its_process_starts_does_not_break(company: Company) -> None:
    """The tab saves itself once more while the start is under way: it is told that the draft is gone."""
    seen = save(company, {"reason": "老客户"}).version
    start(company, {"reason": "老客户"}, draft_key=KEY)
    with pytest.raises(Conflict, match="draft_gone"):
        save(company, {"reason": "老客户。"}, seen)


def test_saving_drafts_leaves_no_audit_entries(company: Company) -> None:
    with company.database.session() as session:
        before = session.scalar(select(func.count()).select_from(audit_entries))
    save(company, {"reason": str(new_id())})
    with company.database.session() as session:
        assert session.scalar(select(func.count()).select_from(audit_entries)) == before
