"""Versions of definitions never change, so each is read once; what one database has is not another's."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from services.kit.database import Database
from services.workflow.store.definition_files import read_files
from services.workflow.store.definitions import of_versions, publish_shipped
from tests.integration.workflow.conftest import NOW

KEY = ("contract_review", 1)


def _published(url: str, name: str) -> Database:
    database = Database(url, pool_size=1)
    content: dict[str, Any] = {**read_files()[KEY[0]], "name_zh": name}
    with database.session() as session, session.begin():
        publish_shipped(session, [content], NOW)
    return database


def test_a_version_is_read_from_its_database_once(fresh_database: Callable[[str], str]) -> None:
    database = _published(fresh_database("workflow"), "合同评审")
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for _ in range(3):
        with database.session() as session:
            assert of_versions(session, [KEY, ("contract_review", 2)]).keys() == {KEY}
    with database.session() as session:
        before = len(statements)
        assert of_versions(session, [KEY])[KEY].name_zh == "合同评审"
        assert len(statements) == before
    database.close()


def test_two_databases_may_have_different_definitions_of_one_version(fresh_database: Callable[[str], str]) -> None:
    databases = {name: _published(fresh_database("workflow"), name) for name in ("合同评审", "合同会签")}
    for name, database in databases.items():
        with database.session() as session:
            assert of_versions(session, [KEY])[KEY].name_zh == name
        database.close()


def test_a_version_that_is_published_later_is_found(fresh_database: Callable[[str], str]) -> None:
    database = _published(fresh_database("workflow"), "合同评审")
    later = ("contract_review", 2)
    with database.session() as session:
        assert of_versions(session, [later]) == {}
    with database.session() as session, session.begin():
        publish_shipped(session, [{**read_files()[KEY[0]], "name_zh": "合同会签"}], NOW)
    with database.session() as session:
        assert of_versions(session, [later])[later].name_zh == "合同会签"
    database.close()
