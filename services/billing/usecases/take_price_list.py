"""Take a price list for a 销售调价's form, whole or not at all (spec, billing.md, "Prices")."""

from typing import Any

from services.billing.documents.price_list_file import read_price_list_file
from services.billing.domain.price_lists import read_price_list
from services.billing.domain.prices import UNIFIED, write_rows
from services.kit.errors import InvalidInput
from services.kit.files import FileStore


def take_price_list(files: FileStore, *, file_key: str) -> dict[str, Any]:
    """The stored file's prices. It is deleted, however this ends: what counts is the form that the prices go into.

    :returns: as ``PriceList`` of the contract.
    :raises InvalidInput: ``price_list_wrong`` with everything that is wrong by row; and those of a file that is no list.
    """
    try:
        content = b"".join(files.read(file_key))
    finally:
        files.delete(file_key)
    found, wrong = read_price_list(read_price_list_file(content))
    if wrong:
        raise InvalidInput("price_list_wrong", fields=wrong)
    return {"kind": UNIFIED, "valid_from": found.valid_from, "valid_to": found.valid_to, "prices": write_rows(found.rows)}
