"""When two receipts with one reference are one (spec, payments.md, "Receipts"). Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.payments.domain.bank_mappings import FIELD_NAMES
from services.payments.domain.names import normalise_payer
from services.payments.domain.statements import Fault, StatementRow


@dataclass(frozen=True)
class SameValues:
    """What is the same whenever a bank tells of a receipt; a remark may be worded anew."""

    amount: Decimal
    payer_name: str
    received_at: datetime

    @classmethod
    def of(cls, row: StatementRow) -> "SameValues":
        return cls(row.amount, normalise_payer(row.payer_name), row.received_at)


def reference_taken(row: StatementRow, there: SameValues) -> Fault:
    """That the reference is another receipt's, and what of it is different; not what the other one says: it may be hidden."""
    given = SameValues.of(row)
    different = [
        FIELD_NAMES[name] for name in ("amount", "received_at", "payer_name") if getattr(given, name) != getattr(there, name)
    ]
    return Fault("reference_taken", {"reference": row.reference, "fields": "；".join(different)})
