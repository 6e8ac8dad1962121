"""Lists by a text (spec, workflow.md, "Lists": search): part of the title, or of the subject's, the customer's or the initiator's
name."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.errors import Conflict
from services.workflow.store import lists, process_texts
from services.workflow.store.tables import ProcessText
from services.workflow.usecases.copy_process import copy_process
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from tests.integration.workflow.conftest import NOW, Company
from tests.integration.workflow.test_lists import name_deputy

CLAIM = {"reason": "老客户"}
BOXES = (
    ("admin", "todo"),
    ("lead", "done"),
    ("sales", "started"),
    ("legal", "copied"),
    ("sales", "visible"),
    ("lead", "visible"),
    ("legal", "visible"),
    ("finance", "visible"),
)
"""Its handler, who decided, who started it, to whom it was copied; of those who see it, one who sees everything."""

NEVER, ALWAYS = 10**9, 0
WAYS: dict[str, dict[str, int]] = {
    "few, by the index": {"_COMMON_MIN": NEVER},
    "many, by the index": {"_COMMON_MIN": NEVER, "_FEW_MAX": 0},
    "many, in the list's order": {"_COMMON_MIN": ALWAYS, "_FEW_SEEN_MAX": 0},
    "many, in the list's order in vain": {"_COMMON_MIN": ALWAYS, "_FEW_SEEN_MAX": 0, "_WALK_MAX": 2},
    "many, of the few that one sees": {"_COMMON_MIN": ALWAYS},
}


def found(company: Company, name: str, box: str, text: str, **wanted: Any) -> list[UUID]:
    """What a list has that is narrowed to a text, in whichever way it is looked for."""
    lists_by_way = {}
    for way, bounds in WAYS.items():
        with pytest.MonkeyPatch.context() as patch:
            for bound, value in bounds.items():
                patch.setattr(process_texts if bound == "_COMMON_MIN" else lists, bound, value)
            lists_by_way[way] = _pages(company, name, box, text, wanted)
    ids = next(iter(lists_by_way.values()))
    assert lists_by_way == dict.fromkeys(WAYS, ids), (name, box, text)
    return ids


def _pages(company: Company, name: str, box: str, text: str, wanted: dict[str, Any]) -> list[UUID]:
    """Read in pages of two, so that each is held against its cursor, too."""
    wanted = {"customer_id": company.owner.customer_id} | wanted
    ids: list[UUID] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_processes(company.begin(name), box=box, page_size=2, sort="", cursor=cursor, text=text, **wanted)
        ids += [row["id"] for row in page.items]
        cursor = page.next_cursor
    return ids


def start(company: Company, title: str, subject: str, customer: str | None, *, by: str = "sales", hours: int = 0) -> UUID:
    company.owner.title, company.owner.subject_name, company.owner.customer_name = title, subject, customer
    return company.start("claim_customer", CLAIM, by=by, now=NOW + timedelta(hours=hours))


@pytest.fixture
def two(company: Company) -> UUID:
    """One process that is sought, and one of somebody else's customer; both in all boxes."""
    sought = start(company, "客户认领 Ref-2026％7 海纳川", "海纳川(北京)", "北京百川 Baichuan 公司")
    other = start(company, "客户认领 Ref-2025 青禾", "青禾(上海)", None, by="colleague")
    for process_id in (sought, other):
        company.approve(process_id, "lead")
        copy_process(company.begin("lead"), process_id, user_ids=[company.id_of("legal")], opinion="")
    return sought


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ref-2026", id="part of the title"),
        pytest.param("纳川(北", id="part of the subject's name"),
        pytest.param("百川", id="part of the customer's name"),
        pytest.param("张伟", id="the initiator"),
        pytest.param("川", id="one character"),
        pytest.param("ＢＡＩ", id="full-width, and another case"),
        pytest.param("ch", id="two letters"),
        pytest.param("bai CHUAN 公", id="white space that is not there"),
        pytest.param("百川baichuan公司", id="without the white space that is there"),
        pytest.param("2026%7", id="a sign"),
    ],
)
def test_a_process_is_found_in_every_box_by_a_part_of_its_texts(company: Company, two: UUID, text: str) -> None:
    for name, box in BOXES:
        assert found(company, name, box, text) == [two], (name, box)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("川北", id="across a sign"),
        pytest.param("川北京百", id="across two texts"),
        pytest.param("海纳百川", id="whose neighbours are all there, but apart"),
        pytest.param("川纳", id="the other way round"),
        pytest.param("26_7", id="a sign that is no wild card"),
        pytest.param("海%川", id="nor is this one"),
        pytest.param("老客户", id="what stands in the form"),
    ],
)
def test_what_none_of_its_texts_has_finds_nothing(company: Company, two: UUID, text: str) -> None:
    for name, box in BOXES:
        assert found(company, name, box, text) == [], (name, box)


def test_what_one_may_not_see_is_not_found(company: Company, two: UUID) -> None:
    assert found(company, "colleague", "visible", "海纳川") == []
    (own,) = found(company, "colleague", "visible", "认领")
    assert own != two


def test_a_deputy_finds_what_waits_for_the_absent(company: Company, two: UUID) -> None:
    name_deputy(company, "admin", "colleague", NOW.date(), NOW.date())
    assert found(company, "colleague", "visible", "海纳川") == found(company, "colleague", "todo", "海纳川") == [two]


def test_what_many_have_is_listed_in_the_lists_order_and_filtered(company: Company) -> None:
    titles = ["蓝鲸 甲", "蓝鲸 乙", "橙意 甲", "蓝鲸 甲", "橙意 乙", "蓝鲸 乙", "蓝鲸 甲"]
    started = [start(company, title, title, None, hours=hours) for hours, title in enumerate(titles)]
    newest = [process_id for process_id, title in reversed(list(zip(started, titles, strict=True))) if "蓝鲸" in title]
    company.approve(newest[-1], "lead")
    for name, box in (("sales", "started"), ("sales", "visible"), ("lead", "visible"), ("finance", "visible")):
        rows = found(company, name, box, "蓝鲸", node="lead")
        assert rows == newest[:-1], (name, box)
        assert found(company, name, box, "蓝鲸", node="sales_admin") == [newest[-1]]
        assert found(company, name, box, "蓝鲸", code="claim_customer", customer_id=None) == newest
        assert found(company, name, box, "蓝鲸", code="reconciliation,claim_customer", customer_id=None) == newest
        assert found(company, name, box, "蓝鲸", code="reconciliation") == []
        assert found(company, name, box, "蓝鲸", initiator_id=company.id_of("sales"), customer_id=None) == newest
        assert found(company, name, box, "蓝鲸", initiator_id=company.id_of("lead"), customer_id=None) == []
    assert found(company, "lead", "todo", "蓝鲸") == newest[:-1]


def test_white_space_narrows_to_nothing(company: Company, two: UUID) -> None:
    assert len(found(company, "finance", "visible", " \u3000")) == 2


def test_a_process_that_goes_round_again_is_found_by_what_it_is_now(company: Company, two: UUID) -> None:
    reject_task(company.begin("admin"), company.task_of(two, "admin"), opinion="理由不足")
    company.owner.title, company.owner.customer_name = "客户认领 Ref-2027 海纳川", "星河"
    resubmit_process(company.begin("sales"), company.owners, two, opinion="", form=None)
    assert found(company, "sales", "started", "星河") == found(company, "sales", "started", "2027") == [two]
    assert found(company, "sales", "started", "百川") == found(company, "sales", "started", "2026") == []
    assert found(company, "sales", "started", "张伟") == [two]


def test_a_start_that_the_owner_refuses_leaves_nothing_to_be_found(company: Company) -> None:
    before = _kept(company)
    company.owner.error = Conflict("customer_not_in_pool")
    with pytest.raises(Conflict):
        company.start("claim_customer", CLAIM)
    assert _kept(company) == before


def _kept(company: Company) -> set[UUID]:
    with company.database.session() as session:
        return set(session.scalars(select(ProcessText.process_id)))
