"""A template that could not be sent is refused when it is loaded."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.contracts.billing import BILL_REFUSALS
from services.contracts.customer import TIERS
from services.notify.domain.recipients import Ownership, Recipient, recipients_of
from services.notify.domain.templates import TemplateError, draft_messages, read_template
from services.notify.store.templates import templates, words

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"
FIELDS = {"owner_id": None, "customer_id": None, "tier": None, "bills": {"number": None}, "form": None, "automatic": None}
WORDS = {"tier": {"trial": ("测试客户", "trial")}}


def _source(**changes: Any) -> dict[str, Any]:
    return {
        "category": "funnel",
        "place": "customers.funnel",
        "to": [{"user": "owner_id"}],
        "link": "/customers/{customer_id}",
        "title": {"zh": "现为{tier:tier}", "en": "now {tier:tier}"},
        "text": {"zh": "。", "en": "."},
        **changes,
    }


def _read(**changes: Any) -> Any:
    return read_template("customer.tier_changed", _source(**changes), FIELDS, WORDS, ("funnel",), ("sales_admin",))


EVENT = {"event_id": "e1", "owner_id": "u1", "customer_id": "c1", "tier": "trial", "bills": [{"number": "1"}, {"number": "2"}]}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"link": "/customers/{custmer_id}"}, "custmer_id", id="a link names a field the event lacks"),
        pytest.param({"to": [{"user": "boss_id"}]}, "boss_id", id="a recipient names a field the event lacks"),
        pytest.param({"to": [{"friend": "owner_id"}]}, "friend", id="no such kind of recipient"),
        pytest.param({"title": {"zh": "x"}}, "en", id="a language is missing"),
        pytest.param({"text": {"zh": "{tier:mood}", "en": "x"}}, "mood", id="no such table of words"),
        pytest.param({"each": {"invoices": "invoice"}}, "invoices", id="no such list"),
        pytest.param({"each": {"bills": "bill"}, "key": "{bill.amount}"}, "bill.amount", id="the list's items lack the field"),
        pytest.param({"category": "gossip"}, "gossip", id="no such category"),
        pytest.param({"when": {"weather": 1}}, "weather", id="a condition names a field the event lacks"),
        pytest.param({"severity": "loud"}, "loud", id="no such severity"),
        pytest.param({"to": [{"role": "sale_admin"}]}, "sale_admin", id="no such role"),
        pytest.param({"text": {"zh": "{}", "en": "x"}}, "no field ''", id="a placeholder without a name"),
        pytest.param({"text": {"zh": "{tier", "en": "x"}}, "text", id="a brace that never closes"),
        pytest.param({"custmer": "customer_id"}, "custmer", id="a part that templates do not have"),
        pytest.param({"key": "{form.reason}"}, "form.reason", id="a free object's inside is not promised"),
    ],
)
def test_a_template_that_could_not_be_sent_is_refused_with_its_place(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(TemplateError, match=rf"customer.tier_changed: .*{why}"):
        _read(**changes)


def test_a_template_is_filled_in_both_languages() -> None:
    (draft,) = draft_messages(_read(), EVENT, WORDS)
    assert (draft.titles, draft.link, draft.key) == ({"zh": "现为测试客户", "en": "now trial"}, "/customers/c1", "e1")


def test_a_list_is_filled_in_as_its_items_in_a_row() -> None:
    template = _read(text={"zh": "{owner_id}", "en": "{owner_id:tier}"})
    (draft,) = draft_messages(template, {**EVENT, "owner_id": ["trial", "云帆"]}, WORDS)
    assert draft.texts == {"zh": "trial、云帆", "en": "trial, 云帆"}


def test_an_instant_is_filled_in_as_clocks_in_shanghai_show_it() -> None:
    template = _read(text={"zh": "{owner_id:instant}", "en": "{customer_id:instant}"})
    (draft,) = draft_messages(template, {**EVENT, "owner_id": "2026-03-02T16:30:59Z", "customer_id": None}, WORDS)
    assert draft.texts == {"zh": "2026-03-03 00:30", "en": ""}


def test_a_template_for_each_item_makes_one_message_an_item() -> None:
    template = _read(each={"bills": "bill"}, key="{bill.number}")
    assert [draft.key for draft in draft_messages(template, EVENT, WORDS)] == ["1", "2"]


def test_a_condition_that_does_not_hold_makes_no_message() -> None:
    assert draft_messages(_read(when={"automatic": True}), {**EVENT, "automatic": False}, WORDS) == []


def test_recipients_are_addressed_once_and_nobody_is_addressed_by_an_empty_field() -> None:
    rules = [{"user": "owner_id"}, {"owner_of": "customer_id"}, {"owner_lead_of": "customer_id"}, {"role": "sales_admin"}]
    absent = {"user": "automatic"}
    (draft,) = draft_messages(_read(to=[*rules, absent]), EVENT, WORDS)
    found = recipients_of(draft, lambda _: Ownership("u1", None))
    assert found == [Recipient("user", user_id="u1"), Recipient("role", role="sales_admin")]


def test_every_template_that_ships_can_be_sent() -> None:
    assert {event.partition(".")[0] for event in templates()} == {"customer", "workflow", "billing", "payments"}


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("tier", set(TIERS)),
        ("refusal", set(BILL_REFUSALS)),
        ("funnel_rule", {"contract_quiet", "contract_ended", "trial_quiet", "intent_quiet", "silent_quiet"}),
        ("unmatched", {"unmatched", "ambiguous"}),
        ("matched_by", {"name", "invoice_name", "alias", "bank_account", "assignment"}),
    ],
)
def test_there_are_words_for_every_code(table: str, codes: set[str]) -> None:
    assert set(words()[table]) == codes


def test_every_event_with_a_template_is_listened_to() -> None:
    queues = json.loads(GOLDEN.joinpath("notify.json").read_text("utf-8"))["queues"]
    listened = {queue.removeprefix("evt-").partition("--")[0].replace("-", ".", 1) for queue in queues}
    no_message = {"customer.customer_added", "customer.customer_changed", "workflow.node_left"}
    people = {"gateway.user_changed", "gateway.department_changed"}
    assert listened == set(templates()) | no_message | people
