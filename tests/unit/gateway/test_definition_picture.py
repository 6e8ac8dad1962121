"""A definition as a picture (spec, workflow.md, "Administration": "definitions can be viewed as a picture")."""

from typing import Any
from xml.etree import ElementTree as ET

from gateway.prints.definition_picture import AGREE_WORDS, PASSABLE_WORDS, definition_svg, picture_data
from services.contracts.workflow_definitions import AGREE_MODES, PASSABLE

SVG = "{http://www.w3.org/2000/svg}"


def node(zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {
        "name_zh": zh,
        "name_en": en,
        "actors_zh": "法务",
        "actors_en": "Legal",
        "agree": "all",
        "asks_many": True,
        "passes_when_zh": None,
        "passes_when_en": None,
        "passes": [],
        "enters_zh": [],
        "enters_en": [],
        "time_limit_hours": None,
        "remind_before_hours": None,
        "opinion_required": False,
        **more,
    }


PICTURE: dict[str, Any] = {
    "name_zh": "请假<1>",
    "name_en": "Holiday",
    "version": 2,
    "starters_zh": ["销售", "财务"],
    "starters_en": ["Sales", "Finance"],
    "nodes": [
        node("发起", "Start", actors_zh="发起人", asks_many=False),
        node("会签", "All", time_limit_hours=48, remind_before_hours=4, opinion_required=True, passes=["initiator"]),
        node("登记", "Entry", agree="in_turn", enters_zh=["编号", "日期"], passes_when_zh="满足条件: 天数", time_limit_hours=8),
    ],
}


def test_nodes_come_in_order_with_who_acts_how_many_agree_conditions_and_time_limits() -> None:
    data = picture_data(PICTURE, "zh")
    assert (data["title"], data["subtitle"], data["end"]) == ("请假<1>（第 2 版）", "可由 销售、财务 发起", "归档")
    assert [(each["name"], each["lines"], each["passes"]) for each in data["nodes"]] == [
        ("1. 发起", ["发起人"], ""),
        (
            "2. 会签",
            ["法务", "会签：全部同意", "处理人为发起人时自动通过", "须填写意见", "时限 48 小时，提前 4 小时提醒"],
            "",
        ),
        ("3. 登记", ["法务", "依次：按顺序逐个同意", "填写：编号、日期", "时限 8 小时"], "满足条件: 天数"),
    ]


def test_it_comes_in_english_and_a_draft_is_called_one() -> None:
    data = picture_data({**PICTURE, "version": None}, "en")
    assert (data["title"], data["subtitle"]) == ("Holiday (Draft)", "May be started by Sales, Finance")
    assert data["nodes"][1]["lines"][-1] == "Within 48 h, reminded 4 h before"


def test_it_is_an_svg_that_says_aloud_what_it_shows() -> None:
    root = ET.fromstring(definition_svg(PICTURE, "zh"))  # noqa: S314  # what is read is ours
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert root.findtext(f"{SVG}title") == "请假<1>（第 2 版）"
    spoken = root.findtext(f"{SVG}desc") or ""
    assert "2. 会签，法务，会签：全部同意" in spoken
    assert spoken.endswith("时限 8 小时，满足条件: 天数")
    assert len(list(root.iter(f"{SVG}use"))) > 50, "and that is drawn, too"


def test_the_same_definition_gives_the_same_picture() -> None:
    assert definition_svg(PICTURE, "zh") == definition_svg(PICTURE, "zh")


def test_every_way_of_agreeing_and_passing_has_words() -> None:
    assert AGREE_WORDS.keys() == set(AGREE_MODES)
    assert PASSABLE_WORDS.keys() == set(PASSABLE)
