"""Errors are in the caller's language: zh by default, en (spec, gateway.md, "HTTP conventions")."""

import json

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from gateway.problem import problem_response
from gateway.server import language_of
from services.kit.errors import Conflict, InvalidInput

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("EN_gb", "en"),
        ("en-US;q=0.9, zh;q=0.1", "en"),
        ("zh;q=0.1, en-US;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hant;q=0.9, en;q=0.8", "zh"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh"),
        ("*", "zh"),
        ("*, en;q=0.1", "zh"),
        ("en, *;q=0.5", "en"),
        ("en;q=0", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        (";;;,q=,=", "zh"),
        ("english please", "zh"),
    ],
)
def test_the_language_is_the_one_of_ours_that_the_caller_likes_best(accepted: str, language: str) -> None:
    assert language_of(Request(EnvironBuilder(headers=[("Accept-Language", accepted)]).get_environ())) == language


def test_a_problem_is_the_same_in_both_languages_but_for_its_words() -> None:
    refusal = InvalidInput(fields={"name": ["length|2|200"]})
    zh, en = (problem_response(refusal, language=language, trace_id=TRACE) for language in ("zh", "en"))
    assert (zh.headers["Content-Language"], en.headers["Content-Language"]) == ("zh", "en")
    assert zh.content_type == en.content_type == "application/problem+json"
    told, told_in_english = json.loads(zh.get_data()), json.loads(en.get_data())
    words = {name for name in told if told[name] != told_in_english[name]}
    assert words == {"title", "detail", "errors"}
    (error,), (in_english,) = told["errors"], told_in_english["errors"]
    assert {name for name in error if error[name] != in_english[name]} == {"message"}


def test_a_problems_type_is_its_code_as_a_name_that_stays() -> None:
    problem = json.loads(problem_response(Conflict("customer_in_pool", name="云帆"), language="zh", trace_id=TRACE).get_data())
    assert (problem["type"], problem["code"]) == ("urn:l2c:problem:customer_in_pool", "customer_in_pool")
    assert (problem["status"], problem["trace_id"], problem["errors"]) == (409, TRACE, [])
