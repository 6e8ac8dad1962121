"""The processes that somebody may start, in the order of the catalogue, and those that nobody could handle (spec, gateway.md,
"Console"; workflow.md: "No handler for a node is an error at start")."""

from typing import Any

import pytest

from services.contracts.startable import OfferedProcesses
from services.contracts.workflow_definitions import CATALOGUE
from services.kit.errors import Conflict
from services.kit.ids import new_id
from services.kit.schema import dump
from services.workflow.store.definition_files import read_files
from services.workflow.usecases.list_startable_processes import list_startable_processes
from tests.integration.workflow.conftest import HANDLERS, Company, person


def _offered(company: Company, name: str = "sales") -> dict[str, Any]:
    shown = dump(OfferedProcesses, list_startable_processes(company.begin(name)))
    return {each["code"]: each for each in shown["items"]}


@pytest.fixture
def full_company(company: Company) -> Company:
    """With the one role of the catalogue that is not held otherwise."""
    company.people["resource"] = person("resource 员", ("resource",), new_id())
    company.hear_user("resource", ("resource",))
    return company


def test_the_catalogue_names_every_definition_that_ships() -> None:
    assert sorted(CATALOGUE) == sorted(read_files())


def test_who_sells_is_offered_all_in_the_order_of_the_catalogue(full_company: Company) -> None:
    offered, of_lead = (_offered(full_company, name) for name in ("sales", "lead"))
    assert list(offered) == list(of_lead) == list(CATALOGUE)
    assert not any(each["reasons"] for each in (*offered.values(), *of_lead.values()))
    assert offered["test_account"]["subject_type"] == "product"
    assert offered["reversal"]["owners"] == ["billing", "payments"]
    assert (offered["write_off"]["name_zh"], offered["write_off"]["owners"]) == ("销账", ["payments"])


@pytest.mark.parametrize("name", HANDLERS)
def test_who_starts_nothing_is_offered_nothing(company: Company, name: str) -> None:
    assert _offered(company, name) == {}


def test_what_nobody_can_handle_says_who_is_missing_and_who_can_help(full_company: Company) -> None:
    company = full_company
    company.hear_user("risk", (), version=2)
    reasons = {code: each["reasons"] for code, each in _offered(company).items() if each["reasons"]}
    # 客服特殊申请 passes its risk expert by itself, for most of its kinds.
    assert list(reasons) == ["test_account", "channel_registration"]
    ((reason,), _) = reasons.values()
    form = {"signature": "云帆", "interface": "http", "template": "验证码", "industry": "软件"}
    with pytest.raises(Conflict, match="nobody_holds_role") as refused:
        company.start("test_account", form)
    assert reason == {"code": refused.value.code, "params": refused.value.params}
    assert reason["params"]["administrators"] == "boss 员"


def test_whoever_has_no_lead_is_told_before_a_form_is_filled_in(company: Company) -> None:
    company.people["stranger"] = person("外人", ("sales",), new_id())
    reasons = {code for code, each in _offered(company, "stranger").items() if each["reasons"]}
    assert "claim_customer" in reasons
    with pytest.raises(Conflict, match="nobody_holds_role"):
        company.start("claim_customer", {"reason": "老客户"}, by="stranger")
    assert "reconciliation" not in reasons, "it asks no lead"
