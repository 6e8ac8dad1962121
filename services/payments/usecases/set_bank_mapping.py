"""Save a column mapping: a new one, or a change of one (spec, payments.md, "Receipts")."""

from typing import Any

from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.domain.bank_mappings import ColumnMapping, wrong_fields
from services.payments.store.bank_mappings import content_of, find_mapping, insert_mapping, lock_mapping
from services.payments.store.tables import BankMapping
from services.payments.usecases.list_bank_mappings import mapping_view


def set_bank_mapping(
    begin: Begin, code: str, *, version: int, name_zh: str, name_en: str, why: str, **content: Any
) -> dict[str, Any]:
    """Files are read by it from now on; imports under way go on as they began.

    :param version: the mapping's as the caller saw it; 0 for one that is to be new.
    :returns: as ``BankMapping`` of the contract.
    :raises InvalidInput: by field.
    :raises ChangedMeanwhile: ``bank_mapping_changed_meanwhile``; ``bank_mapping_version_unknown``, where there is none of that
        code.
    """
    mapping = ColumnMapping.of(content)
    if wrong := wrong_fields(mapping):
        raise InvalidInput(fields=wrong)
    with begin() as work:
        values = {
            **mapping.to_json(),
            "name_zh": name_zh,
            "name_en": name_en,
            "version": version + 1,
            "changed_at": work.now,
            "changed_by_name": work.caller.name,
        }
        before = _write(work, code, version, values)
        saved = find_mapping(work.session, code)
        after = mapping_view(saved)
        changed = [name for name in ("name_zh", "name_en", *mapping.to_json()) if before.get(name) != after[name]]
        work.audit(
            "bank_mapping_set",
            ("bank_mapping", code),
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
            why=why,
        )
        return after


def _write(work: UnitOfWork, code: str, version: int, values: dict[str, Any]) -> dict[str, Any]:
    """
    :returns: the mapping as it was; empty for a new one.
    """
    there = lock_mapping(work.session, code)
    if there is None and version:
        # Who names a version that is not there yet has seen one all the same, perhaps before a database was restored.
        raise ChangedMeanwhile("bank_mapping_version_unknown", mapping=code)
    if there is None:
        if not insert_mapping(work.session, {"code": code, **values}):
            raise _changed_meanwhile(find_mapping(work.session, code))
        return {}
    if there.version != version:
        raise _changed_meanwhile(there)
    before = {**content_of(there).to_json(), "name_zh": there.name_zh, "name_en": there.name_en}
    for name, value in values.items():
        setattr(there, name, value)
    work.session.flush()
    return before


def _changed_meanwhile(mapping: BankMapping) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "bank_mapping_changed_meanwhile", mapping=mapping.code, version=mapping.version, by=mapping.changed_by_name or ""
    )
