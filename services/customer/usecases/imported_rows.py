"""What a row of an imported file says: checked by the very schemas of what is added by hand, every wrong cell named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema

from services.contracts.customer import INDUSTRY_NAMES
from services.contracts.customer_calls import AddCustomer
from services.contracts.customer_import_calls import DECISION_MAKER_WORDS
from services.contracts.customer_parts_calls import AddContact, AddCustomerDepartment
from services.contracts.people import OWNER_ROLES
from services.customer.documents.import_file import Problem
from services.customer.store.tables import User
from services.customer.usecases.invoice_details import checked_invoice_information
from services.customer.usecases.moves import Owner
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.kit.sheets import has_lost_digits

_NAMES_EVERY_OWNER: Final = ("sales_admin", "admin")

_SECTIONS: Final = {text.casefold(): section for section, names in INDUSTRY_NAMES.items() for text in (section, *names)}
_ANSWERS: Final = {
    **dict.fromkeys((DECISION_MAKER_WORDS[0][0], "yes", "y", "true", "1"), True),
    **dict.fromkeys((DECISION_MAKER_WORDS[1][0], "no", "n", "false", "0"), False),
}


@dataclass(frozen=True)
class CheckedRow:
    """What a row gives, as far as it is right.

    :param customer: as ``AddCustomer`` loads it, the invoice information checked.
    :param contact: as ``AddContact`` loads it; ``None`` if the row has none. So ``department``.
    :param owner: who shall look after the customer.
    """

    customer: dict[str, Any]
    contact: dict[str, Any] | None
    department: dict[str, Any] | None
    owner: Owner


class RowRefused(Exception):
    """A row that cannot be added; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


def check_row(texts: Mapping[str, str], caller: Caller, users: Mapping[str, User]) -> CheckedRow:
    """
    :param texts: the row's cells by field; without those that are empty.
    :param users: those whom the file names as owners, by login.
    :raises RowRefused: naming every wrong cell.
    """
    ruined = {field for field, text in texts.items() if has_lost_digits(text)}
    values, problems = _read({field: text for field, text in texts.items() if field not in ruined})
    customer, wrong = _customer(values)
    department, wrong_department = _part(AddCustomerDepartment, values, "department.")
    contact, wrong_contact = _part(AddContact, values, "contact.")
    owner = _owner(values.get("owner", ""), caller, users)
    problems += [*wrong, *wrong_department, *wrong_contact, *([owner] if isinstance(owner, Problem) else [])]
    # What has lost digits is there, though it cannot be used: that it is missing is no second fault.
    problems = [Problem.of(field, "digits_lost") for field in texts if field in ruined] + [
        problem for problem in problems if problem.field not in ruined
    ]
    if problems or customer is None or isinstance(owner, Problem):
        raise RowRefused(problems)
    return CheckedRow(customer, contact, department, owner)


def _read(texts: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The texts, those that stand for something else by what they stand for."""
    values: dict[str, Any] = dict(texts)
    problems = []
    for field, meanings, code in (
        ("industry", _SECTIONS, "industry_unknown"),
        ("contact.is_decision_maker", _ANSWERS, "answer_unknown"),
    ):
        if field in texts:
            values[field] = meanings.get(texts[field].casefold())
            if values[field] is None:
                problems.append(Problem.of(field, code))
                del values[field]
    return values, problems


def _customer(values: Mapping[str, Any]) -> tuple[dict[str, Any] | None, list[Problem]]:
    own = {field: value for field, value in values.items() if "." not in field and field != "owner"}
    invoice = _below(values, "invoice_information.")
    customer, problems = _loaded(AddCustomer, {**own, "invoice_information": invoice})
    try:
        # Also where the schema found something else: whoever mends the row shall not be told of its faults one after the other.
        checked = checked_invoice_information(customer["invoice_information"] if customer else invoice)
    except InvalidInput as refusal:
        named = {problem.field for problem in problems}
        return None, problems + [problem for problem in _problems(refusal) if problem.field not in named]
    return ({**customer, "invoice_information": checked} if customer else None), problems


def _part(schema: type[Schema], values: Mapping[str, Any], prefix: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """What hangs on the customer, and may be left out."""
    part = _below(values, prefix)
    return _loaded(schema, part, prefix) if part else (None, [])


def _loaded(schema: type[Schema], values: dict[str, Any], prefix: str = "") -> tuple[dict[str, Any] | None, list[Problem]]:
    try:
        return load(schema, values), []
    except InvalidInput as refusal:
        return None, _problems(refusal, prefix)


def _problems(refusal: InvalidInput, prefix: str = "") -> list[Problem]:
    return [Problem.of(prefix + path, code) for path, codes in refusal.fields.items() for code in codes]


def _below(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {field.removeprefix(prefix): value for field, value in values.items() if field.startswith(prefix)}


def _owner(login: str, caller: Caller, users: Mapping[str, User]) -> Owner | Problem:
    """Whom a row names, as far as the caller may name: sales administration everybody, and must; a lead those of the departments
    that he or she leads; everybody oneself, which is what no name means."""
    names_every_owner = caller.has_role(*_NAMES_EVERY_OWNER)
    if not login:
        return Problem.of("owner", "required") if names_every_owner else Owner.of(caller)
    user = users.get(login.casefold())
    if user is None:
        return Problem.of("owner", "import_owner_unknown", login=login[:100])
    if str(user.id) == caller.user_id and not names_every_owner:
        return Owner.of(caller)
    if not names_every_owner and str(user.department_id) not in caller.departments_led:
        return Problem.of("owner", "import_owner_not_led" if caller.departments_led else "import_owner_not_self", name=user.name)
    if not user.active:
        return Problem.of("owner", "owner_has_left", name=user.name)
    if OWNER_ROLES.isdisjoint(user.roles):
        return Problem.of("owner", "import_owner_not_sales", name=user.name)
    return Owner(user.id, user.name, user.department_id)


def owner_login(texts: Mapping[str, str]) -> str | None:
    """The login that a row names, in the form that logins are kept in."""
    return texts["owner"].casefold() if "owner" in texts else None
