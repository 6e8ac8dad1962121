"""Names that must be found, names that must not be confused (spec, payments.md, "Matching")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.payments_wording import SUGGESTIONS
from services.payments.domain.names import normalise_account, normalise_payer
from services.payments.domain.near_names import KeysAsked, NameParts, how_near, keys_of
from services.payments.domain.suggestions import REASONS
from tests.unit.payments.payer_names import APART, NEAR, SAME

_TEXTS = st.text("云帆凡通信甲一A1 .()·-", max_size=6)
_NAMES = st.one_of(
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(("", "上海", "北京", "上海市", "中国")),
        st.text("云帆凡通信一二", min_size=1, max_size=4),
        st.sampled_from(("", "(上海)", "（北京）", "·")),
        st.sampled_from(("", "网络", "网络科技", "贸易", "信息技术")),
        st.sampled_from(("", "有限公司", "有限责任公司", "集团", "股份有限公司", " Co., Ltd.")),
        st.sampled_from(("", "北京分公司", "分公司", "基本户", "(代付)")),
    ),
    st.builds(
        " ".join, st.lists(st.sampled_from(("Yun", "Fan", "Nets", "Net", "Co.,", "Ltd", "Shanghai", "Branch")), min_size=1)
    ),
    _TEXTS,
)


def share_a_key(payer: str, customer: str) -> bool:
    asked = KeysAsked.of(NameParts.of(payer))
    return not {*asked.same, *asked.slips, *asked.alike}.isdisjoint(keys_of(NameParts.of(customer)))


@pytest.mark.parametrize(("payer", "customer"), SAME)
def test_names_that_are_written_differently_are_one(payer: str, customer: str) -> None:
    assert normalise_payer(payer) == normalise_payer(customer)
    assert share_a_key(payer, customer), "a former name is found by its very name"


@pytest.mark.parametrize(("payer", "customer", "reason"), NEAR)
def test_names_that_are_near_never_match_and_are_suggested_for_a_reason(payer: str, customer: str, reason: str) -> None:
    assert normalise_payer(payer) != normalise_payer(customer)
    near = how_near(NameParts.of(payer), NameParts.of(customer))
    assert near is not None
    assert near.code == reason
    assert share_a_key(payer, customer), "an index finds it"


@pytest.mark.parametrize(("payer", "customer", "_reason"), NEAR)
def test_a_reason_is_said_in_words(payer: str, customer: str, _reason: str) -> None:
    near = how_near(NameParts.of(payer), NameParts.of(customer))
    assert near is not None
    for words in SUGGESTIONS[near.code]:
        said = words.format(name=customer, **near.params)
        assert "{" not in said
        assert "“”" not in said, "nothing is told of as an empty quotation"


@pytest.mark.parametrize(("payer", "customer"), APART)
def test_names_that_only_look_alike_are_not_even_suggested(payer: str, customer: str) -> None:
    assert normalise_payer(payer) != normalise_payer(customer)
    assert how_near(NameParts.of(payer), NameParts.of(customer)) is None


@pytest.mark.parametrize(
    ("payer", "customer", "parts"),
    [
        pytest.param("上海云帆网络科枝", "上海云帆网络科技", ("枝", "技"), id="one for another"),
        pytest.param("风云云天下", "风云天下", ("云", "—"), id="one twice"),
        pytest.param("风天下集团", "风云天下集团", ("—", "云"), id="one left out"),
        pytest.param("风天云下", "风云天下", ("天云", "云天"), id="two exchanged"),
    ],
)
def test_a_slip_is_told_with_what_stands_there_on_either_side(payer: str, customer: str, parts: tuple[str, str]) -> None:
    near = how_near(NameParts.of(payer), NameParts.of(customer))
    assert near is not None
    assert (near.code, near.params["payer_part"], near.params["part"]) == ("one_slip", *parts)


@given(_NAMES, _NAMES)
def test_whatever_the_rule_calls_near_the_index_finds(payer: str, customer: str) -> None:
    one, other = NameParts.of(payer), NameParts.of(customer)
    if one.normalised and other.normalised and how_near(one, other) is not None:
        assert share_a_key(payer, customer)


@given(_NAMES)
def test_no_name_is_near_itself_however_it_is_written(name: str) -> None:
    assert how_near(NameParts.of(name), NameParts.of(f" {name.upper()}　")) is None


def test_every_reason_has_its_place_and_its_words() -> None:
    assert set(REASONS) == set(SUGGESTIONS)


@pytest.mark.parametrize(
    ("account", "compared"),
    [
        pytest.param("6222 0210 0100-1234", "6222021001001234", id="grouped with blanks and dashes"),
        pytest.param("６２２２０２１００", "622202100", id="full-width digits"),
        pytest.param("cn12abcd", "CN12ABCD", id="letters as capitals"),
        pytest.param("310", "", id="too short to be one"),
        pytest.param("无", "", id="a word"),
        pytest.param("", "", id="none"),
    ],
)
def test_accounts_are_compared_by_their_letters_and_digits(account: str, compared: str) -> None:
    assert normalise_account(account) == compared
