"""Definitions administered (spec, workflow.md, "Administration"): copied, edited, published as the next version; and how
many processes stay on which."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from services.kit.errors import Conflict, InvalidInput, NotFound, Refusal
from services.kit.ids import new_id
from services.kit.tables import audit_entries
from services.workflow.store import tables
from services.workflow.store.definition_files import checked_content, read_files
from services.workflow.store.definitions import publish_shipped
from services.workflow.usecases.copy_definition import copy_definition
from services.workflow.usecases.draw_definition import draw_definition_draft
from services.workflow.usecases.list_definition_drafts import list_definition_drafts
from services.workflow.usecases.list_definition_versions import list_definition_versions
from services.workflow.usecases.list_definitions import list_definitions
from services.workflow.usecases.publish_definition import publish_definition
from services.workflow.usecases.publish_definitions import publish_definitions
from services.workflow.usecases.remove_definition_draft import remove_definition_draft
from services.workflow.usecases.save_definition_draft import save_definition_draft
from services.workflow.usecases.show_definition import show_definition
from services.workflow.usecases.show_definition_draft import show_definition_draft
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import NOW, Company, person
from tests.integration.workflow.editions import CLAIM, CODE, LEGAL, edition, refused_places


@pytest.fixture
def company(company: Company) -> Company:
    """With an administrator, and with no definition but the shipped ones."""
    company.people["root"] = person("管理员", ("admin",), new_id())
    company.hear_user("root", ("admin",))
    list_definitions(company.begin("root"), startable=None)
    with company.database.session() as session, session.begin():
        session.execute(delete(tables.DefinitionDraft))
        session.execute(text("TRUNCATE processes CASCADE"))
        session.execute(delete(tables.Definition).where(tables.Definition.version > 1))
    return company


def publish(company: Company, definition: dict[str, Any], *, version: int = 1, by: str = "root", note: str = "法务要求") -> Any:
    return publish_definition(company.begin(by), definition=definition, version=version, note=note)


def ship(company: Company, content: dict[str, Any]) -> None:
    """What a product upgrade with this file does."""
    with company.database.session() as session, session.begin():
        publish_shipped(session, [checked_content(content)], NOW)


def versions(company: Company, code: str = CODE) -> list[dict[str, Any]]:
    return list_definition_versions(company.begin("sales"), code, page_size=50, sort="", cursor="").items


def listed(company: Company, name: str = "sales", code: str = CODE) -> dict[str, Any]:
    return next(each for each in list_definitions(company.begin(name), startable=None) if each["code"] == code)


def audited(company: Company, action: str) -> Any:
    with company.database.session() as session:
        query = select(audit_entries).where(audit_entries.c.action == action).order_by(audit_entries.c.id.desc()).limit(1)
        return session.execute(query).one()


def test_an_edition_is_the_next_version_and_processes_that_run_stay_on_theirs(company: Company) -> None:
    running = company.start(CODE, CLAIM)

    published = publish(company, edition(CODE, LEGAL))

    assert (published["version"], published["origin"], published["is_in_force"]) == (2, "administered", True)
    assert [node["code"] for node in company.page(running)["nodes"]] == ["start", "lead", "sales_admin"]
    company.approve(running, "lead")
    company.approve(running, "admin")
    assert company.page(running)["state"] == "archived", "as the version that it started with has no third node"
    newer = company.start(CODE, CLAIM)
    assert company.page(newer)["definition_version"] == 2
    assert [node["code"] for node in company.page(newer)["nodes"]] == ["start", "lead", "sales_admin", "legal"]
    older = show_definition(company.begin("sales"), CODE, version=1)
    assert (len(older["nodes"]), older["is_in_force"], older["waiting_version"]) == (3, False, None)


def test_versions_say_who_published_them_why_and_how_many_processes_stay_on_each(company: Company) -> None:
    first, second = company.start(CODE, CLAIM), company.start(CODE, CLAIM)
    publish(company, edition(CODE, LEGAL), note=" 法务要求 ")
    company.start(CODE, CLAIM)
    withdraw_process(company.begin("sales"), first, opinion="")
    company.approve(second, "lead")

    newest, shipped = versions(company)

    assert (newest["published_by_name"], newest["note"], newest["published_at"]) == ("管理员", "法务要求", NOW)
    assert (newest["origin"], newest["is_in_force"], newest["running"], newest["processes"]) == ("administered", True, 1, 1)
    assert (shipped["origin"], shipped["is_in_force"], shipped["published_by_name"]) == ("shipped", False, None)
    assert (shipped["running"], shipped["processes"]) == (1, 2), "one of two was withdrawn"


def test_a_start_that_came_to_nothing_stays_on_no_version(company: Company) -> None:
    company.owner.error = InvalidInput(fields={"reason": ["format"]})
    with pytest.raises(InvalidInput):
        company.start(CODE, CLAIM)
    assert versions(company)[0]["processes"] == 0


def test_versions_of_what_there_is_not_are_not_found(company: Company) -> None:
    with pytest.raises(NotFound, match="definition_not_found"):
        versions(company, "holiday")
    with pytest.raises(NotFound, match="definition_not_found"):
        show_definition(company.begin("sales"), CODE, version=9)


def test_a_faulty_definition_is_refused_with_every_place(company: Company) -> None:
    boss = {
        **LEGAL,
        "actors": {"kind": "role", "roles": ["boss"]},
        "pass_when": {"fact": "mood", "operator": "equals", "value": 1},
    }
    places = refused_places(lambda: publish(company, edition(CODE, boss, colour="red")))
    assert places == {"definition.colour": ["unknown"]}
    places = refused_places(lambda: publish(company, edition(CODE, boss)))
    assert places == {
        "definition.nodes.3.actors.roles.0": ["unknown_role|boss"],
        "definition.nodes.3.pass_when.fact": ["unknown_fact|mood"],
    }
    assert [version["version"] for version in versions(company)] == [1]


def test_a_definition_nested_without_end_is_refused(company: Company) -> None:
    condition: dict[str, Any] = {"fact": "mood", "operator": "equals", "value": 1}
    for _ in range(500):
        condition = {"and": [condition]}
    deep = edition(CODE, {**LEGAL, "pass_when": condition})
    assert refused_places(lambda: publish(company, deep)) == {"definition": ["too_deep"]}
    saving = lambda: save_definition_draft(company.begin("root"), CODE, definition=deep, version=0, based_on=None)  # noqa: E731  # called once, inside
    assert refused_places(saving) == {"definition": ["too_deep"]}


def test_what_the_owner_stands_on_cannot_be_edited_away(company: Company) -> None:
    places = refused_places(lambda: publish(company, edition(CODE, owner_service="billing", fields=[])))
    assert places == {
        "definition.owner_service": ["set_by_product|customer"],
        "definition.fields": ["needed_by_product|attachments", "needed_by_product|reason"],
    }


@pytest.mark.parametrize("code", ["holiday", 7])
def test_a_process_that_the_product_has_not_cannot_be_published(company: Company, code: Any) -> None:
    """Its owner would put no effect into force, and it would wait for that for ever."""
    assert refused_places(lambda: publish(company, {**edition(), "code": code}, version=0)) == {
        "definition.code": ["not_shipped"]
    }


def test_whoever_has_not_seen_the_newest_version_is_told_who_published_which(company: Company) -> None:
    publish(company, edition(CODE, LEGAL))
    with pytest.raises(Conflict) as late:
        publish(company, edition(CODE, {**LEGAL, "agree": "any_one"}), version=1, by="lead")
    assert (late.value.code, late.value.params) == (
        "definition_published_meanwhile",
        {"version": 2, "by": "管理员", "by_en": "管理员"},
    )


def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(company: Company) -> None:
    company.people["other"] = person("另一位管理员", ("admin",), new_id())
    gate = Barrier(2)

    def publishing(name: str) -> object:
        gate.wait()
        try:
            return publish(company, edition(CODE, {**LEGAL, "name_zh": name}), by=name)["version"]
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(publishing, ["root", "other"]))
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert 2 in outcomes
    winner = company.people["root" if outcomes[0] == 2 else "other"].name
    assert (lost.code, lost.params["by"], lost.params["version"]) == ("definition_published_meanwhile", winner, 2)


def test_the_same_again_is_no_new_version(company: Company) -> None:
    with pytest.raises(Conflict, match="definition_unchanged"):
        publish(company, edition())


def test_a_publication_is_audited_with_what_changed_and_why(company: Company) -> None:
    publish(company, edition(CODE, LEGAL, name_zh="客户申领"), note="改名")
    entry = audited(company, "definition_published")
    assert (entry.subject_id, entry.why, entry.user_name) == (CODE, "改名", "管理员")
    assert (entry.before["version"], entry.before["name_zh"], entry.after["version"]) == (1, "申请客户", 2)
    assert (entry.after["name_zh"], len(entry.after["nodes"])) == ("客户申领", 4)
    assert "fields" not in entry.after, "they are as before"


def test_a_changed_file_replaces_a_shipped_definition_at_once(company: Company) -> None:
    ship(company, edition(CODE, LEGAL))
    ship(company, edition(CODE, LEGAL))
    shown = listed(company)
    assert (shown["version"], shown["origin"], shown["waiting_version"]) == (2, "shipped", None)


def test_a_product_upgrade_never_drops_what_a_company_has_changed(company: Company) -> None:
    publish(company, edition(CODE, LEGAL))

    ship(company, edition(CODE, name_en="Claim"))

    shown = listed(company)
    assert (shown["version"], shown["origin"], shown["waiting_version"]) == (2, "administered", 3)
    assert company.page(company.start(CODE, CLAIM))["definition_version"] == 2
    waiting, own, _ = versions(company)
    assert (waiting["origin"], waiting["is_waiting"], waiting["is_in_force"]) == ("shipped", True, False)
    assert own["is_in_force"]
    with pytest.raises(Conflict) as unseen:
        publish(company, edition(CODE, {**LEGAL, "agree": "any_one"}), version=2)
    assert unseen.value.params == {"version": 3, "by": "产品升级", "by_en": "A product upgrade"}


def test_what_an_upgrade_did_is_audited_whether_it_waits_or_not(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(company, edition(CODE, LEGAL))
    upgrade = [edition(CODE, name_en="Claim"), edition("write_off", name_en="Write off")]
    contents = {content["code"]: checked_content(content) for content in upgrade}
    monkeypatch.setattr("services.workflow.usecases.publish_definitions.read_files", lambda: contents)

    assert sorted(publish_definitions(company.begin("root"))) == [CODE, "write_off"]

    waiting, at_once = audited(company, "definition_shipped_to_wait"), audited(company, "definition_published")
    assert (waiting.subject_id, waiting.after, waiting.why) == (CODE, {"version": 3}, "shipped with the product")
    assert (at_once.subject_id, at_once.after) == ("write_off", {"version": 2})
    assert publish_definitions(company.begin("root")) == [], "once is enough"


def test_a_shipped_definition_that_waits_can_be_taken_over_and_the_next_one_comes_by_itself(company: Company) -> None:
    publish(company, edition(CODE, LEGAL))
    ship(company, edition(CODE, name_en="Claim"))

    taken = publish(company, edition(CODE, name_en="Claim"), version=3, note="采用新版")

    assert (taken["version"], taken["origin"], taken["waiting_version"]) == (4, "shipped", None)
    assert [version["is_waiting"] for version in versions(company)] == [False] * 4
    ship(company, edition(CODE, name_en="Claim it"))
    assert (listed(company)["version"], listed(company)["name_en"]) == (5, "Claim it")


def test_or_the_own_one_is_published_again_and_nothing_waits(company: Company) -> None:
    publish(company, edition(CODE, LEGAL))
    ship(company, edition(CODE, name_en="Claim"))
    kept = publish(company, edition(CODE, LEGAL), version=3, note="保留法务")
    assert (kept["version"], kept["origin"], listed(company)["waiting_version"]) == (4, "administered", None)
    ship(company, edition(CODE, name_en="Claim"))
    assert listed(company)["version"] == 4, "that file was shipped already"


def test_everybody_sees_which_processes_he_or_she_may_start(company: Company) -> None:
    assert listed(company, "sales")["startable"]
    assert not listed(company, "finance")["startable"]
    for name in ("sales", "finance"):
        named = {code for code, content in read_files().items() if name in content["starters"]}
        assert {each["code"] for each in list_definitions(company.begin(name), startable=True)} == named
        others = {each["code"] for each in list_definitions(company.begin(name), startable=False)}
        assert others == read_files().keys() - named


def test_a_draft_may_be_faulty_says_so_by_place_and_survives(company: Company) -> None:
    faulty = edition(CODE, {**LEGAL, "actors": {"kind": "role", "roles": ["boss"]}}, owner_by={"field": "reason"})
    saved = save_definition_draft(company.begin("root"), CODE, definition=faulty, version=0, based_on=None)
    assert (saved["version"], saved["based_on"], saved["newest_version"], saved["changed_by_name"]) == (1, 1, 1, "管理员")
    assert saved["faults"] == [{"place": "owner_by.services", "code": "required"}]

    mended = {**faulty, "owner_by": None}
    saved = save_definition_draft(company.begin("root"), CODE, definition=mended, version=1, based_on=None)
    assert saved["faults"] == [{"place": "nodes.3.actors.roles.0", "code": "unknown_role|boss"}]
    shown = show_definition_draft(company.begin("root"), CODE)
    assert (shown["version"], shown["definition"]) == (2, mended)
    assert [draft.code for draft in list_definition_drafts(company.begin("root"))] == [CODE]
    assert audited(company, "definition_draft_saved").after == {"version": 2}
    with pytest.raises(InvalidInput, match="definition_faulty"):
        draw_definition_draft(company.begin("root"), CODE)


def test_of_two_who_edit_a_draft_the_later_is_told_of_the_earlier(company: Company) -> None:
    begin = company.begin("root")
    with pytest.raises(NotFound, match="definition_draft_not_found"):
        save_definition_draft(begin, CODE, definition={}, version=1, based_on=None)
    save_definition_draft(begin, CODE, definition={}, version=0, based_on=None)
    with pytest.raises(Conflict) as exists:
        save_definition_draft(company.begin("lead"), CODE, definition={}, version=0, based_on=None)
    assert (exists.value.code, exists.value.params) == ("definition_draft_exists", {"by": "管理员"})
    save_definition_draft(begin, CODE, definition={"code": CODE}, version=1, based_on=None)
    for attempt in (
        lambda: save_definition_draft(company.begin("lead"), CODE, definition={}, version=1, based_on=None),
        lambda: remove_definition_draft(company.begin("lead"), CODE, version=1),
    ):
        with pytest.raises(Conflict) as late:
            attempt()
        assert (late.value.code, late.value.params) == ("definition_draft_changed_meanwhile", {"version": 2, "by": "管理员"})
    remove_definition_draft(begin, CODE, version=2)
    assert audited(company, "definition_draft_removed").before == {"version": 2}
    with pytest.raises(NotFound, match="definition_draft_not_found"):
        show_definition_draft(begin, CODE)


def test_there_is_no_draft_of_what_is_no_definition(company: Company) -> None:
    with pytest.raises(NotFound, match="definition_not_found"):
        save_definition_draft(company.begin("root"), "holiday", definition={}, version=0, based_on=None)


def test_an_older_version_is_copied_to_go_back_to_it(company: Company) -> None:
    publish(company, edition(CODE, LEGAL))
    draft = copy_definition(company.begin("root"), CODE, version=1)
    assert (draft["definition"], draft["based_on"], draft["faults"]) == (edition(), 2, [])
    assert audited(company, "definition_draft_saved").after == {"version": 1, "copied_version": 1}
    with pytest.raises(Conflict, match="definition_draft_exists"):
        copy_definition(company.begin("root"), CODE, version=None)

    back = publish(company, draft["definition"], version=draft["based_on"])

    assert (back["version"], back["origin"]) == (3, "shipped"), "it says what the product's own says"
    with pytest.raises(NotFound, match="definition_draft_not_found"):
        show_definition_draft(company.begin("root"), CODE)


def test_a_draft_that_says_something_else_than_what_was_published_stays(company: Company) -> None:
    copy_definition(company.begin("root"), CODE, version=None)
    publish(company, edition(CODE, LEGAL))
    draft = show_definition_draft(company.begin("root"), CODE)
    assert (draft["based_on"], draft["newest_version"]) == (1, 2), "so that its editor sees that there is a newer one"
