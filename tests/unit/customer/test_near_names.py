"""Which names are nearly one customer's, and which only look like it (spec, customer.md, "Data": a near-duplicate is shown)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.domain.search_terms import near_keys
from services.kit.company_names import CoreName, is_one_edit


@pytest.mark.parametrize(
    ("name", "core"),
    [
        pytest.param("云帆网络有限公司", "云帆网络", id="company form"),
        pytest.param("云帆网络有限责任公司", "云帆网络", id="its long form"),
        pytest.param("云帆网络股份有限公司", "云帆网络", id="shares"),
        pytest.param("云帆网络集团有限公司", "云帆网络", id="group"),
        pytest.param("云帆网络（集团）股份有限公司", "云帆网络", id="group in brackets"),
        pytest.param("云帆网络(有限合伙)", "云帆网络", id="partnership"),
        pytest.param("云帆网络上海分公司", "云帆网络", id="branch"),
        pytest.param("云帆网络有限公司北京第二分公司", "云帆网络", id="numbered branch of a company"),
        pytest.param("云帆网络深圳办事处", "云帆网络", id="office"),
        pytest.param("上海云帆网络", "云帆网络", id="city"),
        pytest.param("上海市云帆网络", "云帆网络", id="city, in full"),
        pytest.param("江苏省苏州市云帆网络", "云帆网络", id="province and city"),
        pytest.param("内蒙古自治区云帆网络", "云帆网络", id="autonomous region"),
        pytest.param("云帆网络（上海）有限公司", "云帆网络", id="region in brackets"),
        pytest.param("云帆网络(中国)有限公司", "云帆网络", id="country in brackets"),
        pytest.param("云帆集团【上海】有限公司", "云帆", id="group before a region in square brackets"),
        pytest.param("云帆（网络）科技", "云帆网络科技", id="brackets that hold no region"),
        pytest.param("ＹｕｎＦａｎ Technology", "yunfantechnology", id="full-width Latin"),
        pytest.param("上海大学", "大学", id="what is left of little"),
        pytest.param("上海市", "上海市", id="nothing but a region"),
        pytest.param("有限公司", "有限公司", id="nothing but a form"),
        pytest.param("北京云", "北京云", id="one character would say nothing"),
    ],
)
def test_the_core_of_a_name_is_what_tells_companies_apart(name: str, core: str) -> None:
    assert CoreName.of(name).core == core


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("上海云帆网络科技有限公司", "云帆网络科技股份有限公司", id="form and region"),
        pytest.param("云帆网络上海分公司", "云帆网络", id="a branch and its company"),
        pytest.param("上海云帆科技", "北京云帆科技", id="one core in two cities"),
        pytest.param("云帆（上海）科技", "上海云帆科技", id="region in brackets or in front"),
        pytest.param("北京云通", "北京云信", id="one character of a short name, the region with it"),
        pytest.param("上海云帆网络科技", "上海云凡网络科技", id="one character mistyped"),
        pytest.param("云帆网络科技", "上海云凡网络科技", id="mistyped, the region unknown of one"),
        pytest.param("苏州市云帆网络", "江苏苏州云凡网络", id="mistyped, one region inside the other"),
        pytest.param("云帆网络科", "云帆网络", id="one character more"),
        pytest.param("云网帆络", "云帆网络", id="two neighbours swapped"),
        pytest.param("Yunfan Ltd", "yunfam ltd", id="Latin, one letter"),
    ],
)
def test_near_names_are_near_whichever_is_asked_first(one: str, other: str) -> None:
    assert CoreName.of(one).is_near(CoreName.of(other))
    assert CoreName.of(other).is_near(CoreName.of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("云通", "云信", id="one of two characters"),
        pytest.param("北京云通", "上海云信", id="one of two characters, elsewhere"),
        pytest.param("上海云帆网络科技", "北京云凡网络科技", id="mistyped, but elsewhere"),
        pytest.param("云帆网络科技", "云帆教育科技", id="another trade"),
        pytest.param("中铁一局集团", "中铁二局集团", id="numbered in Chinese"),
        pytest.param("第11中学食堂", "第12中学食堂", id="numbered in digits"),
        pytest.param("断电1有限公司", "断电10有限公司", id="a digit more"),
        pytest.param("abcd", "abce", id="one of four Latin letters"),
    ],
)
def test_names_that_only_look_alike_are_told_apart(one: str, other: str) -> None:
    assert not CoreName.of(one).is_near(CoreName.of(other))


_NAMES = st.text("云帆网络科技上海北京a1()", min_size=1, max_size=8)


@given(_NAMES, _NAMES)
def test_the_index_misses_no_near_name(one: str, other: str) -> None:
    first, second = CoreName.of(one), CoreName.of(other)
    if first.is_near(second):
        assert set(near_keys(first)) & set(near_keys(second))


def _distance(one: str, other: str) -> int:
    """By the book: insertions, deletions, substitutions, swaps of neighbours."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@given(st.text("云帆网", max_size=5), st.text("云帆网", max_size=5))
def test_one_edit_is_one_by_the_book(one: str, other: str) -> None:
    assert is_one_edit(one, other) == (_distance(one, other) <= 1)


@given(st.text(max_size=30))
def test_whatever_the_name_it_is_near_itself(name: str) -> None:
    assert CoreName.of(name).is_near(CoreName.of(name))
