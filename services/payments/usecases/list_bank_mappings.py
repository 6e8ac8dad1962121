"""Show the saved column mappings (spec, payments.md, "Receipts")."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.payments.store.bank_mappings import all_mappings, content_of, find_mapping
from services.payments.store.tables import BankMapping


def list_bank_mappings(begin: Begin) -> dict[str, Any]:
    """All of them, by their codes.

    :returns: as ``BankMappingList`` of the contract.
    """
    with begin() as work:
        return {"items": [mapping_view(mapping) for mapping in all_mappings(work.session)]}


def show_bank_mapping(begin: Begin, code: str) -> dict[str, Any]:
    """
    :returns: as ``BankMapping`` of the contract.
    :raises NotFound: ``bank_mapping_not_found``.
    """
    with begin() as work:
        return mapping_view(find_mapping(work.session, code))


def mapping_view(mapping: BankMapping) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "version", "changed_at", "changed_by_name")
    return {**content_of(mapping).to_json(), **{name: getattr(mapping, name) for name in names}}
