"""What a name is found by, and what a text asks for (spec, customer.md, "Data": free text)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer.domain.search_terms import SearchText, search_terms
from services.kit.company_names import letters_of
from services.kit.pinyin import pinyin_of


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        pytest.param("上海云帆网络科技有限公司", "shanghaiyunfanwangluokeji", "shyfwlkj", id="without the company form"),
        pytest.param("云帆（集团）股份有限责任公司", "yunfan", "yf", id="without group and shares"),
        pytest.param("云帆（上海）科技", "yunfanshanghaikeji", "yfshkj", id="brackets do not sound"),
        pytest.param("重庆银行", "chongqingyinhang", "cqyh", id="two characters that read otherwise elsewhere"),
        pytest.param("重工机械", "zhonggongjixie", "zgjx", id="the same character read otherwise"),
        pytest.param("长沙长城", "changshachangcheng", "cscc", id="a city with a character of two readings"),
        pytest.param("厦门大厦", "xiamendasha", "xmds", id="both readings in one name"),
        pytest.param("六安蚌埠番禺", "luanbengbupanyu", "labbpy", id="cities that read otherwise than they look"),
        pytest.param("朝阳药房", "chaoyangyaofang", "cyyf", id="a district, not the morning sun"),
        pytest.param("单氏曾记", "shanshizengji", "sszj", id="families that read otherwise as words"),
        pytest.param("ABC网络", "abcwangluo", "abcwl", id="Latin words stay whole"),
        pytest.param("360安全 Pro", "360anquanpro", "360aqpro", id="numbers stay whole"),
        pytest.param("Café 绿地", "cafelvdi", "cafeld", id="no accents, v for ü"),
        pytest.param("★★", "", "", id="nothing to say"),
    ],
)
def test_a_name_is_read_as_one_says_it(name: str, pinyin: str, initials: str) -> None:
    terms = search_terms(name)
    assert (terms.pinyin, terms.initials) == (pinyin, initials)


def test_every_character_has_one_syllable() -> None:
    assert pinyin_of("单氏重庆朝阳曾记") == ["shan", "shi", "chong", "qing", "chao", "yang", "zeng", "ji"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("云", "letters", id="one character"),
        pytest.param("云帆", "letters", id="two"),
        pytest.param("帆网络科", "letters", id="four, inside"),
        pytest.param("（上海）", "letters", id="full-width brackets"),
        pytest.param("上 海", "letters", id="white space"),
        pytest.param("ＹＵＮ", "letters", id="full-width and upper case"),
        pytest.param("公司", "letters", id="the company form"),
        pytest.param("y", "initial", id="one initial"),
        pytest.param("YF", "initial", id="two, upper case"),
        pytest.param("fwl", "initial", id="three, inside"),
        pytest.param("fwlkj", "initial", id="five, inside"),
        pytest.param("yu", "pinyin", id="half a syllable"),
        pytest.param("yun", "pinyin", id="a syllable"),
        pytest.param("fanw", "pinyin", id="a syllable and a half, inside"),
        pytest.param("fan wang", "pinyin", id="two syllables apart"),
        pytest.param("yúnfān", "pinyin", id="with tones"),
        pytest.param("wangluokeji", "pinyin", id="four syllables"),
    ],
)
def test_a_text_inside_asks_only_for_what_the_name_has(text: str, part: str) -> None:
    terms, searched = search_terms("云帆网络科技（上海）YunFan 有限公司"), SearchText.of(text)
    asked = {"letters": searched.name_keys, "initial": searched.initial_keys, "pinyin": searched.pinyin_keys}[part]
    assert asked
    assert set(asked) <= set(terms.keys)


@pytest.mark.parametrize(
    "text", [pytest.param("unfan", id="from the middle of a syllable"), pytest.param("angluo", id="from within another")]
)
def test_pinyin_is_looked_for_from_a_syllables_beginning(text: str) -> None:
    assert not set(SearchText.of(text).pinyin_keys) <= set(search_terms("云帆网络").keys)


@given(st.text("云帆上海重庆科技aB1（）", min_size=1, max_size=12), st.data())
def test_a_name_has_the_keys_of_each_of_its_parts(name: str, data: st.DataObject) -> None:
    letters = letters_of(name)
    if letters:
        start = data.draw(st.integers(0, len(letters) - 1))
        part = letters[start : data.draw(st.integers(start + 1, len(letters)))]
        assert set(SearchText.of(part).name_keys) <= set(search_terms(name).keys)


@pytest.mark.parametrize(
    ("text", "latin", "digits", "words", "code"),
    [
        pytest.param("云帆", "", "", "云帆", "", id="a name or a contact"),
        pytest.param("yunfan", "yunfan", "", "yunfan", "yunfan", id="pinyin, a Latin name or an account"),
        pytest.param("138 1600-8866", "", "13816008866", "", "138 1600-8866", id="a mobile as one writes it"),
        pytest.param("+86 138", "", "138", "", "+86 138", id="with the country before it"),
        pytest.param("8866", "", "8866", "", "8866", id="a mobile's last digits, no pinyin"),
        pytest.param("12", "", "", "", "12", id="digits that every mobile has"),
        pytest.param(
            "91350100m000100y43", "91350100m000100y43", "", "91350100m000100y43", "91350100m000100y43", id="a tax number"
        ),
        pytest.param("１３８１６００", "", "1381600", "", "1381600", id="full-width digits"),
        pytest.param("  ", "", "", "", "", id="white space"),
        pytest.param("%_", "", "", "%_", "%_", id="signs"),
    ],
)
def test_what_was_typed_is_looked_for_where_it_could_stand(text: str, latin: str, digits: str, words: str, code: str) -> None:
    searched = SearchText.of(text)
    assert (searched.latin, searched.digits, searched.words, searched.code) == (latin, digits, words, code)


@given(st.text(max_size=40))
def test_whatever_a_name_is_its_keys_fit_the_database(name: str) -> None:
    assert all(-(2**31) <= key < 2**31 for key in search_terms(name).keys)
