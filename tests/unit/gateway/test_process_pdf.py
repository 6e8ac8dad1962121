"""A process on paper, read back from the PDF (spec, workflow.md, "Print": "any process as a PDF with its form and history")."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.prints.process_pdf import print_data, process_pdf
from gateway.prints.process_words import ACTIONS, EFFECTS, NODE_STATES, STATES
from services.contracts import workflow_calls

START = {"code": "start", "name_zh": "发起", "name_en": "Start"}
LEAD = {"code": "lead", "name_zh": "销售部门领导", "name_en": "Sales lead"}
REASON = {"code": "reason", "name_zh": "理由", "name_en": "Reason", "type": "text", "choices": [], "columns": []}


def person(name: str, role: str, decision: str | None = None) -> dict[str, Any]:
    at = "2026-03-02T01:00:00Z" if decision else None
    return {"id": name, "name": name, "role": role, "decision": decision, "at": at, "is_asked": decision is None}


def line(node: dict[str, Any], state: str, *people: dict[str, Any], **more: Any) -> dict[str, Any]:
    nothing = {"words_zh": None, "words_en": None, "missing_zh": None, "missing_en": None}
    return {**node, "state": state, "agree": "any_one", "people": list(people), **nothing, **more}


def entry(action: str, by: str | None, role: str | None, **more: Any) -> dict[str, Any]:
    words: dict[str, Any] = {"opinion": "", "opinion_en": "", "handlers": [], "to_node": None, "to_name": None, "changes": {}}
    return {"at": "2026-03-02T01:00:00Z", "action": action, "node": LEAD, "by_name": by, "by_role": role, **words, **more}


def page(**changes: Any) -> dict[str, Any]:
    return {
        "id": "0199aaaa-0000-7000-8000-000000000001",
        "definition_version": 3,
        "name_zh": "申请客户",
        "name_en": "Claim a customer",
        "title": "申请客户：上海云帆网络科技有限公司",
        "subject": {"type": "customer", "id": "c", "name": "上海云帆网络科技有限公司"},
        "customer_name": "上海云帆网络科技有限公司",
        "initiator": {"id": "i", "name": "张伟", "department_id": None},
        "state": "running",
        "form": {"reason": "老客户", "hidden": "秘密"},
        "fields": [REASON],
        "nodes": [
            line(START, "done", person("张伟", "initiator", "started")),
            line(LEAD, "current", person("李娜", "sales_lead")),
            line({"code": "a", "name_zh": "法务", "name_en": "Legal"}, "will_pass", words_zh="满足条件", words_en="Met"),
            line(
                {"code": "b", "name_zh": "销管", "name_en": "SA"}, "future", missing_zh="销管", missing_en="Sales administration"
            ),
        ],
        "history": [
            entry("started", "张伟", "initiator", node=START, opinion="请批准"),
            entry("entered", None, None, handlers=["李娜", "王芳"]),
            entry("passed", None, None, opinion="满足条件", opinion_en="Condition met"),
            entry("transferred", "李娜", "sales_lead", to_name="赵敏"),
            entry("returned", "李娜", "sales_lead", opinion="请补充", to_node="start"),
            entry("resubmitted", "张伟", "initiator", changes={"reason": ["客户", "老客户"], "hidden": ["旧秘密", "秘密"]}),
        ],
        "effect": {"state": "none", "summary_zh": "", "summary_en": ""},
        "started_at": "2026-03-02T01:00:00Z",
        "changed_at": "2026-03-02T03:00:00Z",
        "ended_at": None,
        **changes,
    }


def text_of(content: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)


def test_a_print_holds_head_form_nodes_and_the_full_history() -> None:
    data = print_data(page(), "zh")
    assert data["head"] == [
        ["流程编号", "0199aaaa-0000-7000-8000-000000000001"],
        ["流程", "申请客户（定义第 3 版）"],
        ["对象", "上海云帆网络科技有限公司"],
        ["客户", "上海云帆网络科技有限公司"],
        ["发起人", "张伟"],
        ["发起时间", "2026-03-02 09:00"],
        ["状态", "审批中"],
    ]
    assert data["form"] == [{"pairs": [["理由", "老客户"]]}]
    assert data["nodes"] == [
        ["发起", "已办", "张伟（发起人） 发起 2026-03-02 09:00"],
        ["销售部门领导", "进行中", "李娜（销售部门领导）"],
        ["法务", "将自动通过", "满足条件"],
        ["销管", "未到", "无人可处理：销管"],
    ]
    assert [[who, action, words] for _, _, who, action, words in data["history"]] == [
        ["张伟（发起人）", "发起", "请批准"],
        ["系统", "到达", "处理人：李娜、王芳"],
        ["系统", "自动通过", "满足条件"],
        ["李娜（销售部门领导）", "转办", "→ 赵敏"],
        ["李娜（销售部门领导）", "退回", "请补充\n→ 发起"],
        ["张伟（发起人）", "重新提交", "理由：客户 → 老客户"],
    ]


def test_deputies_advisers_further_approvers_and_files_are_named() -> None:
    file = {"id": "f", "name": "批文.pdf"}
    people = [
        {**person("李娜", "sales_lead", "approved"), "by_name": "王芳"},
        {**person("赵敏", "legal"), "adviser_name": "周舟", "position": "after"},
    ]
    history = [
        entry("approved", "王芳", "sales_lead", for_name="李娜", opinion="同意", attachments=[file]),
        entry("reassigned", "管理员", "admin", for_name="李娜", to_name="赵敏"),
        entry("approver_added", "李娜", "sales_lead", to_name="赵敏", position="after"),
        entry("copied", "李娜", "", handlers=["孙莉", "周舟"]),
    ]
    data = print_data(page(nodes=[line(LEAD, "current", *people)], history=history), "zh")
    assert data["nodes"][0][2].splitlines() == [
        "李娜（销售部门领导） 同意 2026-03-02 09:00 （王芳 代办）",
        "赵敏（法务） （后加签） （等待 周舟 答复）",
    ]
    assert [[who, words] for _, _, who, _, words in data["history"]] == [
        ["王芳（销售部门领导）\n代 李娜", "同意\n附件：批文.pdf"],
        ["管理员（系统管理员）", "李娜 → 赵敏"],
        ["李娜（销售部门领导）", "→ 赵敏 （后加签）"],
        ["李娜", "→ 孙莉、周舟"],
    ]


def test_a_field_that_its_reader_does_not_see_is_in_no_part_of_it() -> None:
    assert "秘密" not in str(print_data(page(), "zh"))


def test_it_can_be_read_in_chinese_with_numbered_pages() -> None:
    history = [entry("commented", "张伟", "initiator", opinion=f"第 {number} 条") for number in range(80)]
    content = process_pdf(page(history=history), "zh")
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages]
    assert len(sheets) > 2
    assert f"第 2 页，共 {len(sheets)} 页" in sheets[1]
    assert all(f"第 {number} 条" in "".join(sheets) for number in range(80)), "the full history, over all pages"
    assert all("意见与变更" in sheet for sheet in sheets), "every page repeats the table's head"
    assert "申请客户：上海云帆网络科技有限公司" in sheets[0]


def test_it_comes_in_english_for_who_asks_for_it() -> None:
    text = text_of(process_pdf(page(), "en"))
    for words in (
        "Claim a customer (definition version 3)",
        "Running",
        "Reason",
        "Condition met",
        "Nobody can act: Sales administration",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "流程编号" not in text


def test_the_same_state_gives_the_same_bytes_and_another_one_others() -> None:
    assert process_pdf(page(), "zh") == process_pdf(page(), "zh")
    assert process_pdf(page(), "zh") != process_pdf(page(state="archived"), "zh")


def test_whatever_somebody_wrote_is_text_and_no_markup() -> None:
    written = "#panic() $x$ *fett* <b> ]"
    text = text_of(process_pdf(page(title=written, form={"reason": written}), "zh"))
    assert text.count(written) >= 3, "in title, footer and form"


def test_an_ended_process_says_when_and_what_came_of_it() -> None:
    effect = {"state": "failed", "summary_zh": "账号已停用", "summary_en": "The account is closed"}
    ended = page(state="archived", ended_at="2026-03-02T03:00:00Z", effect=effect)
    assert print_data(ended, "zh")["head"][-3:] == [
        ["状态", "已归档"],
        ["结束时间", "2026-03-02 11:00"],
        ["执行结果", "执行失败，账号已停用"],
    ]
    assert print_data(ended, "en")["head"][-1] == ["Effect", "Failed, The account is closed"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (ACTIONS, workflow_calls.ACTIONS),
        (STATES, workflow_calls.PROCESS_STATES),
        (NODE_STATES, workflow_calls.NODE_STATES),
        (EFFECTS, set(workflow_calls.EFFECTS) - {"none"}),
    ],
)
def test_every_code_of_the_contract_has_words(words: dict[str, Any], codes: Any) -> None:
    assert set(codes) <= words.keys()
