"""A template that could not be sent is refused when it is loaded."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contracts.billing import BILL_REFUSALS
from services.contracts.customer import TIERS
from services.contracts.notify import CATEGORIES
from services.contracts.notify_places import PLACES, page_of, place_of, ways_up
from services.notify.domain.recipients import Ownership, Recipient, recipients_of
from services.notify.domain.templates import Template, TemplateError, draft_messages, read_template
from services.notify.store import templates as store
from services.notify.store.templates import SOURCES, silent, templates, words

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


def test_a_role_in_a_department_is_addressed_by_both_and_by_nobody_where_there_is_no_department() -> None:
    (draft,) = draft_messages(_read(to=[{"role": "sales_admin", "in": "owner_id"}]), EVENT, WORDS)
    assert recipients_of(draft, _nobodys) == [Recipient("role", role="sales_admin", department_id="u1")]
    assert recipients_of(draft, _nobodys)[0].key == "role:sales_admin:u1"
    (nowhere,) = draft_messages(_read(to=[{"role": "sales_admin", "in": "owner_id"}]), {**EVENT, "owner_id": None}, WORDS)
    assert recipients_of(nowhere, _nobodys) == []


def test_a_condition_that_must_not_hold_makes_no_message_where_it_does() -> None:
    template = _read(unless={"automatic": ["0.00", None]})
    counts = [len(draft_messages(template, {**EVENT, "automatic": value}, WORDS)) for value in ("0.00", None, "1.00")]
    assert counts == [0, 0, 1]
    assert draft_messages(template, EVENT, WORDS) == [], "an event from before there was the field"


def _nobodys(_: str) -> Ownership:
    return Ownership(None, None)


def _shipped() -> list[Any]:
    return [
        pytest.param(each, id=f"{each.event}-{number}") for kinds in templates().values() for number, each in enumerate(kinds)
    ]


@pytest.mark.parametrize("template", _shipped())
def test_every_message_stands_at_a_place_of_the_menu_and_leads_to_a_page_of_the_console(template: Template) -> None:
    """Spec, notify.md: "a link to the very page and sub-menu where its reader acts"."""
    place = place_of(template.place)
    assert place is not None
    assert place.category == template.category
    assert page_of(template.link) is not None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"place": "customers.nowhere"}, "the menu has no such place: customers.nowhere"),
        ({"place": "customers"}, "messages at customers are of the category None"),
        ({"place": "bills.open"}, "messages at bills.open are of the category billing"),
        ({"link": "/clients/{customer_id}"}, "the console has no such page: /clients/{customer_id}"),
        ({"link": "/customers/{customer_id}?sheet=1"}, "the console has no such page"),
    ],
)
def test_a_template_whose_message_the_console_could_not_show_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], why: str
) -> None:
    source = {**_source(), "title": {"zh": "x", "en": "x"}, **changes}
    tmp_path.joinpath("customer.yaml").write_text(yaml.safe_dump({"tier_changed": [source]}), "utf-8")
    tmp_path.joinpath("words.yaml").write_text("{}", "utf-8")
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    with pytest.raises(TemplateError, match=re.escape(why)):
        templates.__wrapped__()


def test_no_english_text_counts_with_a_word_that_is_wrong_for_one() -> None:
    """No plural stands behind a number that may be one, and no Chinese title in an English text."""
    texts = [text for kinds in templates().values() for each in kinds for text in (each.titles["en"], each.texts["en"])]
    assert [
        text for text in texts if re.search(r"\{(customers|messages|count|billing_cycle_months|quantity)\} \w+s\b", text)
    ] == []
    assert [text for text in texts if "{title}" in text] == []


def test_every_template_that_ships_can_be_sent() -> None:
    assert {event.partition(".")[0] for event in templates()} == {"customer", "workflow", "billing", "payments", "notify"}


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


def test_every_event_of_every_other_service_makes_a_message_or_is_silent_for_a_reason() -> None:
    said = {f"{service}.{event}" for service, events in SOURCES.items() if service != "notify" for event in events}
    told = {event for event in templates() if not event.startswith("notify.")}
    assert told | set(silent()) == said
    assert told & set(silent()) == set()
    assert all(silent().values())


def test_every_event_with_a_template_is_listened_to() -> None:
    queues = json.loads(GOLDEN.joinpath("notify.json").read_text("utf-8"))["queues"]
    listened = {queue.removeprefix("evt-").partition("--")[0].replace("-", ".", 1) for queue in queues}
    people = {"gateway.user_changed", "gateway.department_changed"}
    kept = {"customer.customer_added", "customer.customer_changed", "workflow.node_left", *people}
    assert listened == {event for event in templates() if not event.startswith("notify.")} | kept


def test_a_place_below_to_do_is_a_processs_node_and_nothing_else_goes_that_deep() -> None:
    assert place_of("processes.todo.write_off.confirm") == PLACES["processes.todo"]
    assert place_of("bills.open.x") is None
    assert place_of("") is None
    assert list(ways_up("a.b.c")) == ["a.b.c", "a.b", "a"]


def test_the_menus_places_stand_below_those_that_come_before_them() -> None:
    seen: set[str] = set()
    for code, place in PLACES.items():
        above = code.rpartition(".")[0]
        assert not above or above in seen, code
        assert page_of(place.page) is not None, code
        assert place.category is None or place.category in CATEGORIES
        seen.add(code)
