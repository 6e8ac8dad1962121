"""Price tables as files, through the door."""

import zipfile
from io import BytesIO

import pytest

from services.contracts.billing_price_lists import PRICE_LIST_BYTES_MAX, PRICE_LIST_COLUMNS
from tests.integration.gateway.company import RunningGateway
from tests.workbooks import rows_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_has_every_column_and_says_what_is_allowed(gateway: RunningGateway, language: str) -> None:
    answer = gateway.client("admin").get("/price-tables/template.xlsx", headers={"Accept-Language": language})
    at = ("zh", "en").index(language)
    assert rows_of(answer.content) == [[header[at] for header, _ in PRICE_LIST_COLUMNS]]
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        texts = "".join(archive.read(each).decode() for each in archive.namelist() if each.endswith(".xml"))
    assert all(note[at] in texts for _, note in PRICE_LIST_COLUMNS)


def test_a_file_too_large_for_a_price_table_is_refused(gateway: RunningGateway) -> None:
    answer = gateway.client("sales").request("POST", "/price-tables", data=b"x" * (PRICE_LIST_BYTES_MAX + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
