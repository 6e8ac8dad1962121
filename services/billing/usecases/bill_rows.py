"""What was charged, as rows (spec, billing.md, "Bills")."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.billing.domain.charging import Charged


@dataclass
class ContentRows:
    """Bills' lines, the accounts' shares of them, the accounts' totals, and what the bills carry of adjustments."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    uses: list[dict[str, Any]] = field(default_factory=list)

    def add(self, bill_id: UUID, content: Charged) -> None:
        """Append one bill's content; its lines count from 1."""
        for number, line in enumerate(content.lines, start=1):
            self.lines.append(
                {
                    "bill_id": bill_id,
                    "number": number,
                    "price_id": line.price.id,
                    "process_id": line.price.process_id,
                    "kind": line.price.kind,
                    "segment": line.segment,
                    "first_day": line.first_day,
                    "last_day": line.last_day,
                    "tier": line.charge.tier,
                    "above": line.charge.above,
                    "up_to": line.charge.up_to,
                    "quantity": line.charge.quantity,
                    "unit_price": line.charge.unit_price,
                    "amount": line.charge.amount,
                }
            )
            self.shares.extend(
                {
                    "bill_id": bill_id,
                    "line_number": number,
                    "account_id": share.account_id,
                    "quantity": share.quantity,
                    "amount": share.amount,
                }
                for share in line.shares
            )
        self.accounts.extend({"bill_id": bill_id, **account._asdict()} for account in content.accounts)
        self.uses.extend({"bill_id": bill_id, **use._asdict()} for use in content.uses)
