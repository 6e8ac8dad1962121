"""What a file of customers may look like, and what is told of a row that cannot be added."""

from typing import Any

import pytest

from services.contracts.customer import INDUSTRY_NAMES
from services.contracts.customer_import_calls import IMPORT_COLUMNS
from services.customer.documents.import_file import FileRefused, read_import_file
from services.customer.store.tables import User
from services.customer.usecases.imported_rows import RowRefused, check_row
from services.kit.caller import Caller
from services.kit.ids import new_id
from tests.workbooks import workbook

EAST, WEST = new_id(), new_id()


def _user(login: str, department: Any = EAST, *roles: str, active: bool = True) -> User:
    return User(
        id=new_id(), login=login, name=f"{login}的名字", department_id=department, roles=list(roles or ["sales"]), active=active
    )


USERS = {
    user.login: user
    for user in (
        _user("zhang"),
        _user("zhao", WEST),
        _user("gone", active=False),
        _user("clerk", EAST, "finance"),
        _user("boss", EAST, "sales_lead"),
    )
}


def _caller(login: str, *roles: str, leads: tuple[Any, ...] = ()) -> Caller:
    user = USERS.get(login)
    return Caller(
        str(user.id if user else new_id()), login, str(EAST), tuple(map(str, leads)), roles=frozenset(roles or ("sales",))
    )


SALES, LEAD = _caller("zhang"), _caller("boss", "sales_lead", leads=(EAST,))
SALES_ADMIN, ADMIN = _caller("zhou", "sales_admin"), _caller("root", "admin")

ROW = {"name": "上海云帆网络科技有限公司"}


def _problems(texts: dict[str, str], caller: Caller = SALES) -> list[tuple[str, str]]:
    with pytest.raises(RowRefused) as refused:
        check_row({**ROW, **texts}, caller, USERS)
    return [(problem.field, problem.code) for problem in refused.value.problems]


# The file


@pytest.mark.parametrize("language", [0, 1], ids=["Chinese", "English"])
def test_columns_are_found_by_their_names_in_any_order(language: int) -> None:
    columns = [*reversed(IMPORT_COLUMNS)]
    file = read_import_file(
        workbook([column.header[language] for column in columns], [f"{number}" for number, _ in enumerate(columns)])
    )
    assert file.fields == [column.field for column in columns]
    assert file.texts(file.rows[0])["name"] == str(len(columns) - 1)


@pytest.mark.parametrize("header", ["客户名称", " 客户名称* ", "客户名称＊", "customer", "CUSTOMER *"])
def test_a_headers_case_width_and_star_do_not_matter(header: str) -> None:
    assert read_import_file(workbook([header], ["云帆"])).fields == ["name"]


def test_the_reasons_of_a_mended_report_are_passed_over() -> None:
    for reason in ("原因", "Reason"):
        file = read_import_file(workbook(["手机", reason, "客户名称"], [13800138000, "客户名称：必填", "云帆"]))
        assert (file.headers, file.rows[0].cells) == (["手机", "客户名称"], ["13800138000", "云帆"])


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([["手机"], ["1"]], [("import_column_missing", {"column": "客户名称"})]),
        (
            [["客户名称", "生日", "老板"], ["云帆"]],
            [("import_column_unknown", {"column": "生日"}), ("import_column_unknown", {"column": "老板"})],
        ),
        ([["客户名称", "手机", "Mobile"], ["云帆"]], [("import_column_repeated", {"column": "Mobile"})]),
        ([["客户名称", "", "手机"], ["云帆", "随手写的"]], [("import_column_nameless", {"number": 2})]),
        ([["客户名称"]], [("import_empty", {})]),
        ([["客户名称", "原因"], ["", "必填"]], [("import_empty", {})]),
        ([[]], [("import_empty", {})]),
    ],
    ids=["no name", "unknown", "repeated", "nameless", "no rows", "only reasons", "nothing"],
)
def test_a_file_with_other_columns_is_refused_by_their_names(rows: list[list[Any]], problems: list[tuple[str, Any]]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_import_file(workbook(*rows))
    assert [(problem.code, problem.params) for problem in refused.value.problems] == problems
    assert {problem.field for problem in refused.value.problems} == {"file"}


def test_what_is_no_sheet_is_refused_as_a_file() -> None:
    with pytest.raises(FileRefused) as refused:
        read_import_file("客户名称\n云帆\n".encode())
    assert [problem.code for problem in refused.value.problems] == ["sheet_unreadable"]


# A row


def test_a_right_row_gives_customer_department_and_contact() -> None:
    row = check_row(
        {
            "name": "上海云帆网络科技有限公司",
            "industry": "信息传输、软件和信息技术服务业",
            "source": "展会",
            "region": "上海",
            "remarks": "重点",
            "invoice_information.company_name": "上海云帆网络科技有限公司",
            "invoice_information.tax_number": "1234 5678 9012 345",
            "department.name": "市场部",
            "contact.name": "顾晓岚",
            "contact.mobile": "13800138000",
            "contact.is_decision_maker": "是",
        },
        SALES,
        USERS,
    )
    assert (row.customer["industry"], row.customer["invoice_information"]["tax_number"]) == ("I", "123456789012345")
    assert row.contact is not None
    assert (row.contact["name"], row.contact["is_decision_maker"], row.contact["wechat"]) == ("顾晓岚", True, "")
    assert row.department == {"name": "市场部", "remarks": ""}
    assert str(row.owner.id) == SALES.user_id


def test_a_row_needs_no_more_than_a_name() -> None:
    row = check_row(ROW, SALES, USERS)
    assert (row.contact, row.department) == (None, None)
    assert set(row.customer["invoice_information"].values()) == {""}


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"name": "云"}, ("name", "length|2|200")),
        ({"name": "云" * 201}, ("name", "length|2|200")),
        ({"industry": "Z"}, ("industry", "industry_unknown")),
        ({"industry": "软件"}, ("industry", "industry_unknown")),
        ({"source": "x" * 101}, ("source", "length||100")),
        ({"region": "x" * 101}, ("region", "length||100")),
        ({"remarks": "x" * 2001}, ("remarks", "length||2000")),
        ({"invoice_information.company_name": "x" * 201}, ("invoice_information.company_name", "length||200")),
        ({"invoice_information.tax_number": "9131"}, ("invoice_information.tax_number", "tax_number_length")),
        ({"invoice_information.tax_number": "91310000MA1K35J12E"}, ("invoice_information.tax_number", "tax_number_check_digit")),
        ({"invoice_information.tax_number": "I1310000MA1K35J12E"}, ("invoice_information.tax_number", "tax_number_characters")),
        ({"invoice_information.address": "x" * 201}, ("invoice_information.address", "length||200")),
        ({"invoice_information.telephone": "1" * 51}, ("invoice_information.telephone", "length||50")),
        ({"invoice_information.bank": "x" * 201}, ("invoice_information.bank", "length||200")),
        ({"invoice_information.bank_account": "1.23E+18"}, ("invoice_information.bank_account", "digits_lost")),
        ({"invoice_information.tax_number": "9.13100000000000e+17"}, ("invoice_information.tax_number", "digits_lost")),
        ({"department.name": "x" * 101}, ("department.name", "length||100")),
        ({"contact.mobile": "13800138000"}, ("contact.name", "required")),
        ({"contact.is_decision_maker": "是"}, ("contact.name", "required")),
        ({"contact.name": "x" * 101}, ("contact.name", "length||100")),
        ({"contact.name": "顾", "contact.title": "x" * 101}, ("contact.title", "length||100")),
        ({"contact.name": "顾", "contact.mobile": "12345"}, ("contact.mobile", "format")),
        ({"contact.name": "顾", "contact.telephone": "总机 1"}, ("contact.telephone", "format")),
        ({"contact.name": "顾", "contact.qq": "1" * 21}, ("contact.qq", "format")),
        ({"contact.name": "顾", "contact.wechat": "x" * 51}, ("contact.wechat", "length||50")),
        ({"contact.name": "顾", "contact.email": "gu"}, ("contact.email", "format")),
        ({"contact.name": "顾", "contact.is_decision_maker": "也许"}, ("contact.is_decision_maker", "answer_unknown")),
    ],
)
def test_each_wrong_cell_is_refused_by_its_column_as_by_hand(texts: dict[str, str], problem: tuple[str, str]) -> None:
    assert _problems(texts) == [problem]


def test_every_wrong_cell_of_a_row_is_named_not_only_the_first() -> None:
    wrong = {
        "name": "云",
        "industry": "?",
        "invoice_information.tax_number": "9131",
        "invoice_information.bank_account": "6.22202000000000e+18",
        "contact.mobile": "12345",
        "contact.email": "gu",
        "owner": "nobody",
    }
    assert set(_problems(wrong)) == {
        ("name", "length|2|200"),
        ("industry", "industry_unknown"),
        ("invoice_information.tax_number", "tax_number_length"),
        ("invoice_information.bank_account", "digits_lost"),
        ("contact.name", "required"),
        ("contact.mobile", "format"),
        ("contact.email", "format"),
        ("owner", "import_owner_unknown"),
    }


def test_a_row_without_a_name_says_so() -> None:
    with pytest.raises(RowRefused) as refused:
        check_row({"source": "展会"}, SALES, USERS)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("name", "required")]


def test_a_name_that_has_lost_digits_is_not_said_to_be_missing_too() -> None:
    assert _problems({"name": "1.00000000000000e+15"}) == [("name", "digits_lost")]


@pytest.mark.parametrize("section", INDUSTRY_NAMES)
def test_an_industry_is_its_letter_or_its_name(section: str) -> None:
    for text in (section, section.lower(), *INDUSTRY_NAMES[section]):
        assert check_row({**ROW, "industry": text}, SALES, USERS).customer["industry"] == section


@pytest.mark.parametrize(
    ("text", "answer"),
    [("是", True), ("Yes", True), ("TRUE", True), ("1", True), ("否", False), ("no", False), ("FALSE", False), ("0", False)],
)
def test_a_decision_maker_is_one_or_not(text: str, answer: bool) -> None:  # a table's column
    row = check_row({**ROW, "contact.name": "顾", "contact.is_decision_maker": text}, SALES, USERS)
    assert row.contact is not None
    assert row.contact["is_decision_maker"] is answer


# Whose it becomes


@pytest.mark.parametrize(
    ("caller", "login", "owner"),
    [
        (SALES, "", "zhang"),
        (SALES, "zhang", "zhang"),
        (LEAD, "", "boss"),
        (LEAD, "zhang", "zhang"),
        (LEAD, "boss", "boss"),
        (SALES_ADMIN, "zhao", "zhao"),
        (SALES_ADMIN, "ZHAO", "zhao"),
        (ADMIN, "boss", "boss"),
    ],
)
def test_a_customer_becomes_whose_the_caller_may_name(caller: Caller, login: str, owner: str) -> None:
    texts = {**ROW, "owner": login} if login else ROW
    assert check_row(texts, caller, USERS).owner.id == USERS[owner].id


@pytest.mark.parametrize(
    ("caller", "login", "code"),
    [
        (SALES, "boss", "import_owner_not_self"),
        (SALES, "nobody", "import_owner_unknown"),
        (LEAD, "zhao", "import_owner_not_led"),
        (LEAD, "gone", "owner_has_left"),
        (LEAD, "clerk", "import_owner_not_sales"),
        (SALES_ADMIN, "", "required"),
        (SALES_ADMIN, "nobody", "import_owner_unknown"),
        (SALES_ADMIN, "gone", "owner_has_left"),
        (SALES_ADMIN, "clerk", "import_owner_not_sales"),
        (ADMIN, "", "required"),
    ],
)
def test_a_customer_becomes_nobodys_whom_the_caller_may_not_name(caller: Caller, login: str, code: str) -> None:
    assert _problems({"owner": login} if login else {}, caller) == [("owner", code)]
