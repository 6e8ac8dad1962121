"""Whose a receipt is, by its payer's name."""

from uuid import UUID

import pytest

from services.payments.domain.matching import Hit, HitKind, Match, match_payer
from services.payments.domain.names import normalise_payer

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        pytest.param("ＡＢＣ科技", "abc科技", id="NFKC and case"),
        pytest.param("上海云帆　网络 科技", "上海云帆网络科技", id="white space"),
        pytest.param("上海云帆（北京）", "上海云帆(北京)", id="full- and half-width brackets"),
        pytest.param("上海云帆【北京】", "上海云帆[北京]", id="other brackets"),
        pytest.param("Foo Ｃo．，Ｌtd。", "foo co.,ltd.", id="full- and half-width punctuation"),
        pytest.param("阿卜杜勒•买买提", "阿卜杜勒·买买提", id="middle dots"),
        pytest.param("A—B", "a-b", id="dashes"),
        pytest.param("云\u200b帆\ufeff", "云帆", id="invisible characters"),
        pytest.param("Straße", "STRASSE", id="case that changes length"),
    ],
)
def test_names_that_are_written_differently_are_one(payer: str, name: str) -> None:
    assert normalise_payer(payer) == normalise_payer(name)


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        pytest.param("北京云通", "北京云信", id="one character apart"),
        pytest.param("上海云帆(北京)", "上海云帆北京", id="brackets are part of the name"),
        pytest.param("云帆网络科技", "上海云帆网络科技", id="part of a name"),
    ],
)
def test_names_that_only_look_alike_stay_apart(payer: str, name: str) -> None:
    assert normalise_payer(payer) != normalise_payer(name)


@pytest.mark.parametrize(
    ("hits", "match"),
    [
        pytest.param([], Match("unmatched"), id="none"),
        pytest.param([(ONE, "name")], Match("matched", ONE, "name"), id="one customer"),
        pytest.param([(ONE, "invoice_name")], Match("matched", ONE, "invoice_name"), id="one, by its invoices' name"),
        pytest.param(
            [(ONE, "alias"), (ONE, "name")], Match("matched", ONE, "name"), id="one by two names: the strongest says why"
        ),
        pytest.param([(OTHER, "name"), (ONE, "alias")], Match("ambiguous", candidates=(ONE, OTHER)), id="several"),
    ],
)
def test_hits_decide(hits: list[tuple[UUID, HitKind]], match: Match) -> None:
    assert match_payer([Hit(customer, kind) for customer, kind in hits]) == match
