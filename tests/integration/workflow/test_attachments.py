"""Attachments (spec, workflow.md): "many files per process, 100 MB in all, downloaded only by those who may see the process"."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from services.contracts.workflow_paper_calls import ATTACHMENTS_PART
from services.kit.caller import CallContext, Caller
from services.kit.errors import InvalidInput, NotFound
from services.kit.files import FolderStore, StoredFile
from services.kit.ids import new_id
from services.kit.jobs import Shard, open_job
from services.kit.unit_of_work import Begin
from services.workflow.store import attachments, tables
from services.workflow.store.processes import lock_visible
from services.workflow.usecases.add_attachment import add_attachment
from services.workflow.usecases.delete_draft import delete_draft
from services.workflow.usecases.forget_papers import DRAFTS_KEPT, UPLOADS_KEPT, forget_papers
from services.workflow.usecases.list_drafts import list_drafts
from services.workflow.usecases.save_draft import save_draft
from services.workflow.usecases.show_attachment import show_attachment
from tests.integration.workflow.conftest import NOW, Company

MEGABYTE = 1024 * 1024


def upload(company: Company, name: str = "sales", *, size_bytes: int = 10, key: str = "", at: datetime = NOW) -> UUID:
    return add_attachment(
        company.begin(name, at),
        key=key or new_id().hex,
        name="合同.pdf",
        content_type="application/pdf",
        size_bytes=size_bytes,
        sha256="0" * 64,
    ).id


def bind_ids(company: Company, name: str, process_id: UUID, ids: list[UUID]) -> list[dict[str, str]]:
    """As whoever gives an opinion does it."""
    with company.begin(name)() as work:
        lock_visible(work.session, work.caller, work.today, process_id)
        return attachments.bind_ids(work.session, work.caller, process_id, ids)


def test_files_beside_an_opinion_are_the_processs_from_then_on(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    ids = [upload(company, "lead"), upload(company, "lead")]
    with pytest.raises(NotFound):
        show_attachment(company.begin("sales"), ids[0])
    assert bind_ids(company, "lead", process_id, ids) == [{"id": str(each), "name": "合同.pdf"} for each in ids]
    assert show_attachment(company.begin("sales"), ids[0]).process_id == process_id
    assert bind_ids(company, "lead", process_id, []) == []
    with pytest.raises(NotFound):
        show_attachment(company.begin("legal"), ids[0])


def test_nobody_puts_anothers_file_or_another_processs_beside_an_opinion(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    mine, theirs, used = upload(company, "lead"), upload(company, "sales"), upload(company, "lead")
    bind_ids(company, "lead", company.start("claim_customer", {"reason": "另一个"}), [used])
    with pytest.raises(InvalidInput) as refused:
        bind_ids(company, "lead", process_id, [mine, theirs, used, new_id()])
    assert refused.value.fields == {f"attachments.{n}": ["attachment_unknown"] for n in (1, 2, 3)}
    with pytest.raises(InvalidInput) as repeated:
        bind_ids(company, "lead", process_id, [mine, mine])
    assert repeated.value.fields == {"attachments.1": ["repeated"]}
    assert show_attachment(company.begin("lead"), mine).process_id is None, "a refusal binds nothing"


def test_a_hundred_megabytes_are_for_all_files_of_a_process_whoever_adds_them(company: Company) -> None:
    form = {"reason": "老客户", "attachments": [{"id": str(upload(company, size_bytes=60 * MEGABYTE)), "name": "a.pdf"}]}
    process_id = company.start("claim_customer", form)
    bind_ids(company, "lead", process_id, [upload(company, "lead", size_bytes=40 * MEGABYTE)])
    with pytest.raises(InvalidInput, match="attachments_too_large"):
        bind_ids(company, "lead", process_id, [upload(company, "lead", size_bytes=1)])


@pytest.mark.parametrize("attempt", range(3))
def test_a_hundred_megabytes_hold_when_two_add_files_at_the_same_moment(company: Company, attempt: int) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    files = {name: upload(company, name, size_bytes=60 * MEGABYTE) for name in ("sales", "lead")}
    together = Barrier(2)

    def bind(name: str) -> str:
        together.wait()
        try:
            # Without the callers' lock on the process: the limit does not stand on that.
            with company.begin(name)() as work:
                attachments.bind_ids(work.session, work.caller, process_id, [files[name]])
        except InvalidInput as refused:
            return refused.code
        return "bound"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bind, files)) == ["attachments_too_large", "bound"]
    with company.database.session() as session:
        sizes = select(tables.Attachment.size_bytes).where(tables.Attachment.process_id == process_id)
        assert list(session.scalars(sizes)) == [60 * MEGABYTE]


# Unused uploads


class Cellar:
    """The file store's part with attachments, and the job that cleans it."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.root = FolderStore(folder)
        self.store = self.root.within(ATTACHMENTS_PART)

    def upload(self, name: str = "sales", at: datetime = NOW) -> tuple[UUID, StoredFile]:
        stored = self.store.save(io.BytesIO(b"%PDF-1.7"), max_bytes=100)
        return upload(self.company, name, key=stored.key, at=at), stored

    def clean(self, now: datetime) -> dict[str, Any]:
        begin = self.begin(now)
        with begin() as work:
            job_id, _ = open_job(work, "workflow_paper_cleaning", str(new_id()), as_of=work.today)
        return forget_papers(Shard(begin, job_id, 0, 1, now.date(), {}, self.root))

    def begin(self, now: datetime) -> Begin:
        system = self.company.begin("sales", now)
        return Begin(system.service, system.database, system.contracts, CallContext(Caller.system("workflow"), as_of=now))

    def has(self, attachment_id: UUID, stored: StoredFile, by: str = "sales") -> bool:
        with self.company.database.session() as session:
            row = session.get(tables.Attachment, attachment_id)
        try:
            b"".join(self.store.read(stored.key))
        except NotFound:
            assert row is None, "a row without its file"
            return False
        assert row is not None, "a file without its row"
        return True


@pytest.fixture
def cellar(company: Company, tmp_path: Path) -> Cellar:
    cellar = Cellar(company, tmp_path)
    with company.database.session() as session, session.begin():
        session.execute(delete(tables.Attachment).where(tables.Attachment.process_id.is_(None)))
        session.execute(delete(tables.Draft))
    return cellar


def test_uploads_that_nothing_names_go_after_two_days_with_their_files(cellar: Cellar, company: Company) -> None:
    unused, later, bound = cellar.upload(), cellar.upload(at=NOW + timedelta(hours=1)), cellar.upload()
    company.start("claim_customer", {"reason": "老客户", "attachments": [{"id": str(bound[0]), "name": "a.pdf"}]})
    assert cellar.clean(NOW + UPLOADS_KEPT)["uploads"] == 0
    assert cellar.clean(NOW + UPLOADS_KEPT + timedelta(minutes=1))["uploads"] == 1
    assert [cellar.has(*each) for each in (unused, later, bound)] == [False, True, True]


def test_what_a_draft_names_survives_as_long_as_the_draft_does(cellar: Cellar, company: Company) -> None:
    named, theirs = cellar.upload(), cellar.upload("lead")
    in_draft = [{"id": str(named[0]), "name": "a.pdf"}, {"id": str(theirs[0]), "name": "b.pdf"}, {"id": "no id"}]
    about: dict[str, Any] = {"code": "claim_customer", "subject_id": None, "title": ""}
    draft = save_draft(company.begin("sales"), "k", **about, form={"deep": [{"files": in_draft}]}, version=None)
    assert draft.attachment_ids == [named[0]], "nobody keeps another's files"
    cellar.clean(NOW + timedelta(days=10))
    assert (cellar.has(*named), cellar.has(*theirs)) == (True, False)
    # Taken out of the draft, it is named by nothing.
    save_draft(company.begin("sales"), "k", **about, form={}, version=1)
    cellar.clean(NOW + timedelta(days=10))
    assert not cellar.has(*named)


def test_a_deleted_drafts_files_go(cellar: Cellar, company: Company) -> None:
    named = cellar.upload()
    form = {"attachments": [{"id": str(named[0]), "name": "a.pdf"}]}
    save_draft(company.begin("sales"), "k", code=None, subject_id=None, title="", form=form, version=None)
    delete_draft(company.begin("sales"), "k")
    cellar.clean(NOW + timedelta(days=10))
    assert not cellar.has(*named)


def test_a_draft_that_nobody_goes_on_with_is_forgotten_and_then_its_files(cellar: Cellar, company: Company) -> None:
    named = cellar.upload()
    form = {"attachments": [{"id": str(named[0]), "name": "a.pdf"}]}
    about: dict[str, Any] = {"code": None, "subject_id": None, "title": ""}
    save_draft(company.begin("sales"), "old", **about, form=form, version=None)
    save_draft(company.begin("sales", NOW + timedelta(days=1)), "newer", **about, form={"reason": "一"}, version=None)
    assert cellar.clean(NOW + DRAFTS_KEPT) == {"drafts": 0, "uploads": 0}
    assert cellar.has(*named)
    assert cellar.clean(NOW + DRAFTS_KEPT + timedelta(minutes=1)) == {"drafts": 1, "uploads": 1}
    assert not cellar.has(*named)
    assert [row["key"] for row in list_drafts(company.begin("sales"))] == ["newer"]


def test_a_cleaning_that_was_killed_after_the_files_is_done_by_the_next(cellar: Cellar, monkeypatch: pytest.MonkeyPatch) -> None:
    unused = [cellar.upload() for _ in range(3)]
    now = NOW + timedelta(days=3)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("services.workflow.usecases.forget_papers.attachments.remove", die)
        with pytest.raises(KeyboardInterrupt):
            cellar.clean(now)
    assert cellar.clean(now)["uploads"] == 3
    assert not any(cellar.has(*each) for each in unused)


def test_a_file_that_somebody_is_about_to_name_is_not_taken_away(cellar: Cellar, company: Company) -> None:
    named = cellar.upload()
    with company.begin("sales")() as work:
        assert attachments.own_free_ids(work.session, work.caller, {named[0]}) == [named[0]]
        # Nobody has written yet that it is named; the cleaning leaves it, and waits for nobody.
        assert cellar.clean(NOW + timedelta(days=3))["uploads"] == 0
    assert cellar.clean(NOW + timedelta(days=3))["uploads"] == 1
