"""Payers' names and customers' names: which are one, which are near and why, and which have nothing to do with each other.

One table for the rule by itself and for receipts recorded on a database.
"""

from typing import Final

import pytest

SAME: Final = (
    pytest.param("上海云帆网络科技有限公司", "上海云帆网络科技有限公司", id="the very name"),
    pytest.param("ＡＢＣ科技有限公司", "abc科技有限公司", id="full-width letters and case"),
    pytest.param("上海云帆　网络 科技有限公司 ", "上海云帆网络科技有限公司", id="white space inside and around, ideographic too"),
    pytest.param("云帆（上海）科技有限公司", "云帆(上海)科技有限公司", id="full-width round brackets"),
    pytest.param("云帆【上海】科技有限公司", "云帆[上海]科技有限公司", id="square brackets of both widths"),
    pytest.param("云帆〔上海〕科技有限公司", "云帆(上海)科技有限公司", id="tortoise-shell brackets"),
    pytest.param("云帆｛上海｝科技有限公司", "云帆<上海>科技有限公司", id="curly and angle brackets"),
    pytest.param("云帆「上海」科技有限公司", "云帆《上海》科技有限公司", id="corner brackets and title marks"),
    pytest.param("Yunfan Network Ｃo．，Ｌtd。", "yunfan network co.,ltd.", id="full-width punctuation"),
    pytest.param("YUNFAN  NETWORK CO.,LTD.", "Yunfan Network Co.,Ltd.", id="an English name in capitals"),
    pytest.param("阿卜杜勒•买买提", "阿卜杜勒·买买提", id="a person's middle dot"),
    pytest.param("云帆—科技有限公司", "云帆-科技有限公司", id="dashes of any length"),
    pytest.param("云\u200b帆\ufeff科技有限公司", "云帆科技有限公司", id="invisible characters"),
    pytest.param("张 三", "张三", id="a person's name spread out"),
    pytest.param("Straße AG", "STRASSE AG", id="case that changes a name's length"),
)
"""Payer and customer whom matching finds to be one."""

NEAR: Final = (
    pytest.param("上海云帆网络科技有限责任公司", "上海云帆网络科技有限公司", "other_form", id="有限责任公司 for 有限公司"),
    pytest.param("上海云帆网络科技股份有限公司", "上海云帆网络科技有限公司", "other_form", id="股份有限公司 for 有限公司"),
    pytest.param("上海云帆网络科技", "上海云帆网络科技有限公司", "other_form", id="no company form"),
    pytest.param(
        "上海云帆网络科技有限公司北京分公司", "上海云帆网络科技有限公司", "branch_office", id="a branch for its company"
    ),
    pytest.param("上海云帆网络科技有限公司", "上海云帆网络科技有限公司北京分公司", "head_office", id="a company for its branch"),
    pytest.param(
        "上海云帆网络科技有限公司北京分公司",
        "上海云帆网络科技有限公司广州分公司",
        "other_branch",
        id="a branch for another branch",
    ),
    pytest.param("北京云通科技有限公司", "上海云通科技有限公司", "other_place", id="北京云通 for 上海云通"),
    pytest.param("云帆网络科技有限公司", "上海云帆网络科技有限公司", "other_place_named", id="without its city"),
    pytest.param("云帆网络科技(上海)有限公司", "云帆网络科技有限公司", "other_place_named", id="with its city in brackets"),
    pytest.param("云帆（上海）网络科技有限公司", "上海云帆网络科技有限公司", "other_order", id="the city elsewhere"),
    pytest.param("上海云帆(北京)有限公司", "上海云帆北京有限公司", "punctuation", id="without the brackets"),
    pytest.param("上海云帆网络科技有限公司。", "上海云帆网络科技有限公司", "punctuation", id="a full stop behind it"),
    pytest.param("上海云凡网络科技有限公司", "上海云帆网络科技有限公司", "same_sound", id="云凡 for 云帆, which sounds alike"),
    pytest.param("上海雲帆網絡科技有限公司", "上海云帆网络科技有限公司", "same_sound", id="traditional characters"),
    pytest.param("上海云帆网络科枝有限公司", "上海云帆网络科技有限公司", "one_slip", id="a slip in the trade"),
    pytest.param("上海云帆网络技科有限公司", "上海云帆网络科技有限公司", "one_slip", id="two characters exchanged"),
    pytest.param("鹿鸣春餐饮有限公司", "鹿鸣椿餐饮有限公司", "same_sound", id="three characters, of which one sounds alike"),
    pytest.param("百得利汽车有限公司", "百得力汽车有限公司", "same_sound", id="百得利 and 百得力"),
    pytest.param("上海风行天下科技有限公司", "上海风云天下科技有限公司", "one_slip", id="one of four characters"),
    pytest.param("上海云帆信息技术有限公司", "上海云帆网络科技有限公司", "same_brand", id="the same brand in another trade"),
    pytest.param("上海云帆", "上海云帆网络科技有限公司", "same_brand", id="the brand alone"),
    pytest.param(
        "张三（上海云帆网络科技有限公司）", "上海云帆网络科技有限公司", "contains_name", id="a person who names the company"
    ),
    pytest.param(
        "张三（代上海云帆网络科技有限公司）", "上海云帆网络科技有限公司", "contains_name", id="who pays for the company"
    ),
    pytest.param("张三代付上海云帆网络科技有限公司", "上海云帆网络科技有限公司", "contains_name", id="the same without brackets"),
    pytest.param("上海云帆网络科技有限公司基本户", "上海云帆网络科技有限公司", "contains_name", id="a kind of account behind it"),
    pytest.param("Yunfan Network Technology Limited", "Yunfan Network Technology Co., Ltd.", "other_form", id="an English form"),
    pytest.param("Yunfan Netwrok Co., Ltd.", "Yunfan Network Co., Ltd.", "one_slip", id="an English slip"),
    pytest.param("Yunfan Networks Ltd", "Yunfan Network Ltd", "one_slip", id="an English plural"),
    pytest.param("Acme Ltd Shanghai Branch", "Acme Ltd", "branch_office", id="an English branch"),
)
"""Payer, customer, and why it is suggested. None of them matches."""

APART: Final = (
    pytest.param("北京云通科技有限公司", "北京云信科技有限公司", id="云通 and 云信: half of what distinguishes them"),
    pytest.param("北京云通", "北京云信", id="云通 and 云信 without anything else"),
    pytest.param("北京云通科技有限公司", "北京云通达科技有限公司", id="云通 and 云通达"),
    pytest.param("北京甲科技有限公司", "北京乙科技有限公司", id="甲 and 乙"),
    pytest.param("中铁一局集团有限公司", "中铁二局集团有限公司", id="一局 and 二局"),
    pytest.param("第101电子厂有限公司", "第102电子厂有限公司", id="numbers"),
    pytest.param("北京风行天下科技有限公司", "上海风云天下科技有限公司", id="a slip apart and elsewhere"),
    pytest.param("张三", "张山", id="persons who sound alike"),
    pytest.param("张伟", "张伟餐饮有限公司", id="a person, and a company called so"),
    pytest.param("上海银行股份有限公司", "上海云帆网络科技有限公司", id="the same city"),
    pytest.param("北京网络科技有限公司", "上海云帆网络科技有限公司", id="the same trade"),
    pytest.param("Acme Ltd", "Apex Ltd", id="short English names"),
)
"""Payer and customer who neither match nor are suggested to each other."""
