"""Completeness is the best contact's share of five items (spec, customer.md, "Completeness")."""

from decimal import Decimal

import pytest

from services.customer.domain.completeness import Reachability, completeness, filled_items

NOBODY = {"name": "", "title": "", "mobile": "", "telephone": "", "qq": "", "wechat": "", "email": ""}
CARD = {"name": "顾晓岚", "title": "采购经理", "mobile": "13816008866"}


@pytest.mark.parametrize(
    ("known", "items"),
    [
        pytest.param({"name": "顾晓岚"}, 0, id="a name alone"),
        pytest.param({"name": "顾晓岚", "mobile": "13816008866"}, 0, id="name and mobile without title"),
        pytest.param(CARD, 1, id="name and mobile and title"),
        pytest.param(CARD | {"telephone": "021-50800188"}, 2, id="telephone"),
        pytest.param(CARD | {"qq": "10001"}, 2, id="QQ"),
        pytest.param(CARD | {"wechat": "guxl"}, 2, id="WeChat"),
        pytest.param(CARD | {"email": "g@yunfan.example"}, 2, id="email"),
        pytest.param(CARD | {"wechat": "   "}, 1, id="white space is nothing"),
        pytest.param({"name": "顾", "telephone": "1", "qq": "2", "wechat": "3", "email": "4"}, 4, id="all but the card"),
        pytest.param(CARD | {"telephone": "1", "qq": "2", "wechat": "3", "email": "4"}, 5, id="all five"),
    ],
)
def test_five_items_count(known: dict[str, str], items: int) -> None:
    assert filled_items(Reachability(**(NOBODY | known))) == items


def test_the_best_contact_counts_and_two_halves_make_no_whole() -> None:
    one = Reachability(**(NOBODY | CARD | {"telephone": "021-50800188"}))
    other = Reachability(**(NOBODY | {"qq": "1", "wechat": "2", "email": "3"}))
    assert completeness([one, other]) == Decimal("0.6")
    assert completeness([]) == 0
