"""Try a mapping on a file: what each row would be, and nothing is recorded (spec, payments.md, "Receipts")."""

from dataclasses import asdict
from typing import Any

from services.contracts.payments_import_calls import STATEMENT_LINES_NOW_MAX
from services.kit.files import FileStore
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin
from services.payments.domain.references import SameValues, reference_taken
from services.payments.domain.statements import ReadRow
from services.payments.store.receipts import find_by_reference
from services.payments.usecases.read_statement import read_statement
from services.payments.usecases.record_receipt import NewReceipt

Key = tuple[str, str]


def preview_receipt_import(begin: Begin, files: FileStore, *, file_key: str, mapping: str, bank_account: str) -> dict[str, Any]:
    """What the rows of a stored file would be, of its first 5,000 lines. The file is removed.

    :returns: as ``ReceiptImportPreview`` of the contract.
    :raises NotFound: ``file_not_found``, ``bank_mapping_not_found``.
    :raises InvalidInput: as :func:`~services.payments.usecases.read_statement.read_statement`.
    """
    with read_statement(begin, files, file_key, mapping=mapping, bank_account=bank_account.strip()) as statement:
        lines = statement.take(STATEMENT_LINES_NOW_MAX + 1)
        with begin() as work:
            rows = statement.read(lines[:STATEMENT_LINES_NOW_MAX], work.today)
            receipts = [NewReceipt(**vars(row.receipt)) for row in rows if row.receipt is not None]
            kept = find_by_reference(work.session, [receipt.key for receipt in receipts])
            there = {key: SameValues(one.amount, one.normalised_payer, one.received_at) for key, one in kept.items()}
    files.delete(file_key)
    shown = [_shown(row, there) for row in rows]
    counts = {name: sum(row["outcome"] == name for row in shown) for name in ("new", "known", "skipped", "wrong")}
    return {
        "mapping": statement.mapping,
        "is_whole": len(lines) <= STATEMENT_LINES_NOW_MAX,
        "amount": sum((row["amount"] for row in shown if row["outcome"] == "new"), ZERO),
        "rows": shown,
        **counts,
    }


def _shown(row: ReadRow, there: dict[Key, SameValues]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "row": row.line,
        "reference": row.reference,
        "payer_name": row.payer_name,
        "bank_account": None,
        "received_at": None,
        "payer_account": None,
        "amount": None,
        "remark": None,
        "fault": row.fault and asdict(row.fault),
    }
    if row.receipt is None:
        skipped = row.fault is not None and row.fault.code == "not_incoming"
        return shown | {"outcome": "skipped" if skipped else "wrong"}
    shown |= vars(row.receipt)
    values = SameValues.of(row.receipt)
    earlier = there.setdefault((row.receipt.bank_account, row.receipt.reference), values)
    if earlier is values:
        return shown | {"outcome": "new"}
    if earlier == values:
        return shown | {"outcome": "known"}
    return shown | {"outcome": "wrong", "fault": asdict(reference_taken(row.receipt, earlier))}
