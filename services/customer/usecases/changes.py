"""Changing a row that others may be changing, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.customer.store.tables import Account, Contact, ContactLog, Department, Product


@dataclass(frozen=True)
class Changed:
    """What became other, by column, JSON-able for the audit; false if nothing did."""

    before: dict[str, Any]
    after: dict[str, Any]

    def __bool__(self) -> bool:
        return bool(self.after)

    def touches(self, *names: str) -> bool:
        """Whether one of these columns became other."""
        return any(name in self.after for name in names)


def change_row(row: Department | Contact | ContactLog | Product | Account, changes: Mapping[str, Any]) -> Changed:
    """Set what is given; the version rises if that changes anything. The row's customer is locked by whoever calls this."""
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, changes[name])
    if before:
        row.version += 1
    return Changed({name: _plain(value) for name, value in before.items()}, {name: _plain(changes[name]) for name in before})


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
