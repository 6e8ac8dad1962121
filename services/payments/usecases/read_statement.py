"""Open a stored statement with the mapping that reads it (spec, payments.md, "Receipts")."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from services.kit.blocking import run_blocking
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.unit_of_work import Begin
from services.payments.domain.bank_mappings import FIELD_NAMES, ColumnMapping
from services.payments.domain.statements import ColumnsMissing, Header, ReadRow, find_header, read_row
from services.payments.store.bank_mappings import all_mappings, content_of, find_mapping
from services.payments.store.statement_files import NumberedRow, StatementSheet, opened_statement


@dataclass(frozen=True)
class OpenStatement:
    """A statement being read.

    :param mapping: its code.
    :param bank_account: of the whole file, where the file does not say.
    """

    sheet: StatementSheet
    mapping: str
    content: ColumnMapping
    header: Header
    bank_account: str

    def skip_to(self, line: int) -> None:
        """Go on behind a line, the header's at least."""
        self.sheet.skip_to(max(line, self.header.line))

    def take(self, count: int) -> list[NumberedRow]:
        """The next lines, so many at most; none at the end."""
        return self.sheet.take(count)

    def read(self, lines: Sequence[NumberedRow], today: date) -> list[ReadRow]:
        """What the lines are, without those that are no rows. Computed beside green threads."""
        return run_blocking(self._read, lines, today)

    def _read(self, lines: Sequence[NumberedRow], today: date) -> list[ReadRow]:
        rows = (
            read_row(number, cells, self.header, self.content, bank_account=self.bank_account, today=today)
            for number, cells in lines
        )
        return [row for row in rows if row is not None]


@contextmanager
def read_statement(begin: Begin, files: FileStore, key: str, *, mapping: str, bank_account: str) -> Iterator[OpenStatement]:
    """A stored statement, read by the mapping named, or without a name by the one that fits.

    :raises NotFound: ``file_not_found``, ``bank_mapping_not_found``.
    :raises InvalidInput: ``statement_unreadable``, ``statement_columns_missing``; without a mapping's name
        ``statement_not_recognised``, ``statement_mapping_ambiguous``.
    """
    with opened_statement(files, key) as sheet:
        with begin() as work:
            saved = [find_mapping(work.session, mapping)] if mapping else all_mappings(work.session)
        contents = {each.code: content_of(each) for each in saved}
        named, content, header = _by_name(sheet, contents) if mapping else _recognised(sheet, contents)
        statement = OpenStatement(sheet, named, content, header, bank_account)
        _require_account(statement)
        statement.skip_to(0)
        yield statement


@contextmanager
def reopened_statement(files: FileStore, key: str, content: ColumnMapping, bank_account: str) -> Iterator[OpenStatement]:
    """One that was read before, by what its mapping said then."""
    with opened_statement(files, key) as sheet:
        statement = OpenStatement(sheet, "", content, find_header(sheet.first, content), bank_account)
        statement.skip_to(0)
        yield statement


def _by_name(sheet: StatementSheet, contents: Mapping[str, ColumnMapping]) -> tuple[str, ColumnMapping, Header]:
    ((code, content),) = contents.items()
    try:
        return code, content, find_header(sheet.first, content)
    except ColumnsMissing as missing:
        raise _columns_missing(missing.fields) from missing


def _recognised(sheet: StatementSheet, contents: Mapping[str, ColumnMapping]) -> tuple[str, ColumnMapping, Header]:
    fitting: list[tuple[str, ColumnMapping, Header]] = []
    for code, content in contents.items():
        try:
            fitting.append((code, content, find_header(sheet.first, content)))
        except ColumnsMissing:
            continue
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise InvalidInput("statement_mapping_ambiguous", mappings="、".join(code for code, _, _ in fitting))
    raise InvalidInput("statement_not_recognised", mappings="、".join(contents))


def _require_account(statement: OpenStatement) -> None:
    if not ("bank_account" in statement.header.places or statement.header.bank_account or statement.bank_account):
        raise _columns_missing(["bank_account"])


def _columns_missing(fields: Sequence[str]) -> InvalidInput:
    return InvalidInput("statement_columns_missing", columns="；".join(FIELD_NAMES[field] for field in fields))
