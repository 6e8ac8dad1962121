"""How the built console is served."""

import gzip
from pathlib import Path

import pytest
from werkzeug.wrappers import Request

from gateway.console import Console
from services.kit.errors import NotFound

SCRIPT = b"let x = 1;" * 200


@pytest.fixture
def built(tmp_path: Path) -> Console:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets/index-4f2a.js").write_bytes(SCRIPT)
    (tmp_path / "assets/index-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.txt").write_text("secret")
    return Console.of(tmp_path)


def asking(**headers: str) -> Request:
    return Request.from_values("/", headers=headers)


def test_a_script_comes_compressed_to_whoever_takes_it_and_is_kept_for_ever(built: Console) -> None:
    small = built.show_asset(asking(**{"Accept-Encoding": "gzip, br"}), "index-4f2a.js")
    assert (small.headers["Content-Encoding"], gzip.decompress(small.data)) == ("gzip", SCRIPT)
    assert small.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert small.headers["Vary"] == "Accept-Encoding"
    whole = built.show_asset(asking(), "index-4f2a.js")
    assert ("Content-Encoding" in whole.headers, whole.data) == (False, SCRIPT)
    refused = built.show_asset(asking(**{"Accept-Encoding": "gzip;q=0"}), "index-4f2a.js")
    assert refused.data == SCRIPT


def test_the_page_is_asked_for_each_time_and_sent_when_it_is_new(built: Console) -> None:
    page = built.show_page(asking())
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    again = built.show_page(asking(**{"If-None-Match": page.headers["ETag"]}))
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing.js", "../secret.txt", "../index.html", "index-4f2a.js.gz"])
def test_only_what_was_built_is_there(built: Console, name: str) -> None:
    with pytest.raises(NotFound):
        built.show_asset(asking(), name)


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = Console.of(tmp_path / "none").show_page(asking())
    assert (answer.status_code, "make console" in answer.get_data(as_text=True)) == (503, True)
