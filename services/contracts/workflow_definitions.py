"""The shape of a process definition: what the shipped files hold, what is stored, and what ``GET /process-definitions`` shows."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.kit.schema import MAY_LACK, Instant, Schema

FIELD_TYPES = (
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "date",
    "boolean",
    "choice",
    "list",
    "reference",
    "attachments",
    "grid",
    "object",
)
ACTOR_KINDS = ("initiator", "role", "department_role", "lead", "users", "chosen")
AGREE_MODES = ("any_one", "all", "in_turn")
OWNER_SERVICES = ("customer", "billing", "payments")
SUBJECT_TYPES = ("customer", "product", "account")
CATALOGUE = (
    "claim_customer",
    "test_account",
    "contract_review",
    "channel_registration",
    "price_adjustment",
    "recharge",
    "special_request",
    "billing_cycle_change",
    "reconciliation",
    "bill_invoice",
    "no_bill_invoice",
    "write_off",
    "ecommerce_order",
    "deferred_payment",
    "reversal",
)
"""Every process, in the order in which people meet them (spec, workflow.md, "The catalogue")."""
PASSABLE = ("initiator", "earlier_handler")
"""Whom a node can be told to pass by: the initiator, and whoever agreed at an earlier node."""
HOURS_MAX = 24 * 366

_CODE = validate.Regexp(r"^[a-z][a-z0-9_]{0,49}$")
_NAME = validate.Length(min=1, max=80)
_NUMBER = validate.Regexp(r"^-?\d+(\.\d+)?$")


def _form_field() -> Schema:
    return FormField()


def _condition() -> Schema:
    return Condition()


class Named(Schema):
    """What has a code and is called something in both languages."""

    code = fields.String(required=True, validate=_CODE)
    name_zh = fields.String(required=True, validate=_NAME)
    name_en = fields.String(required=True, validate=_NAME)


class FormField(Named):
    """A field of a form, or a column of a grid.

    ``entered_at`` is the node whose handler fills it, ``edited_at`` those where it may be changed besides, ``seen_at`` those
    whose handlers see it (empty for everybody who sees the process; ``start`` is the initiator's). ``is_computed`` ones are the
    owning service's to fill. ``required_when`` makes it required while a condition on other fields holds; ``pattern`` is a
    regular expression for the whole of a text.
    """

    type = fields.String(required=True, validate=validate.OneOf(FIELD_TYPES))
    required = fields.Boolean(load_default=False)
    required_when = fields.Nested(_condition, load_default=None, allow_none=True)
    entered_at = fields.String(load_default="start")
    edited_at = fields.List(fields.String(), load_default=list)
    seen_at = fields.List(fields.String(), load_default=list)
    is_computed = fields.Boolean(load_default=False)
    pattern = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))
    choices = fields.List(fields.Nested(Named), load_default=list)
    columns = fields.List(fields.Nested(_form_field), load_default=list)
    max_length = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    places = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=6))
    minimum = fields.String(load_default=None, allow_none=True, validate=_NUMBER)
    maximum = fields.String(load_default=None, allow_none=True, validate=_NUMBER)
    is_open = fields.Boolean(load_default=False)


class FactType(Named):
    """Something that the owning service answers and conditions may ask for."""

    type = fields.String(required=True, validate=validate.OneOf(("integer", "decimal", "money", "date", "boolean", "text")))


class Actors(Schema):
    """Who acts: the initiator; the holders of ``roles`` anywhere, or (``department_role``) in the initiator's department or the
    nearest one above it that has one; its nearest lead; named users; or whom the initiator chooses, among ``roles`` if any."""

    kind = fields.String(required=True, validate=validate.OneOf(ACTOR_KINDS))
    roles = fields.List(fields.String(), load_default=list)
    user_ids = fields.List(fields.UUID(), load_default=list)


class Condition(Schema):
    """``{"fact" or "field", "operator", "value"}``, or ``{"and": […]}``, or ``{"or": […]}``."""

    fact = fields.String(metadata=MAY_LACK)
    field = fields.String(metadata=MAY_LACK)
    operator = fields.String(metadata=MAY_LACK)
    value = fields.Raw(metadata=MAY_LACK)
    all_of = fields.List(fields.Nested(_condition), data_key="and", validate=validate.Length(min=1), metadata=MAY_LACK)
    any_of = fields.List(fields.Nested(_condition), data_key="or", validate=validate.Length(min=1), metadata=MAY_LACK)

    @validates_schema
    def is_one_form(self, data: dict[str, Any], **_: Any) -> None:
        forms = [key for key in ("fact", "field", "all_of", "any_of") if key in data]
        if len(forms) != 1:
            raise ValidationError("one_of|fact, field, and, or")
        needed = {"operator", "value"} if forms[0] in ("fact", "field") else set()
        present = {"operator", "value"} & data.keys()
        errors = {key: ["required"] for key in needed - present} | {key: ["unknown"] for key in present - needed}
        if errors:
            raise ValidationError(errors)


class DefinitionNode(Named):
    """A step. ``time_limit_hours`` count from when it is a handler's turn; the reminder comes so many hours before they are over.

    ``passes`` says whom it passes by automatically; ``bulk_approve`` whether it can be approved from the list, many at once.
    """

    actors = fields.Nested(Actors, required=True)
    agree = fields.String(load_default="any_one", validate=validate.OneOf(AGREE_MODES))
    opinion_required = fields.Boolean(load_default=False)
    pass_when = fields.Nested(Condition, load_default=None, allow_none=True)
    passes = fields.List(fields.String(validate=validate.OneOf(PASSABLE)), load_default=list)
    time_limit_hours = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=HOURS_MAX))
    remind_before_hours = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=HOURS_MAX))
    bulk_approve = fields.Boolean(load_default=False)


class OwnerByChoice(Schema):
    """Where a choice decides whose facts a process concerns: ``{"field": "kind", "services": {"write_off": "payments"}}``.

    A value that is not named goes to the definition's ``owner_service``.
    """

    field = fields.String(required=True, validate=_CODE)
    services = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(OWNER_SERVICES)), required=True)


class Definition(Named):
    """A kind of process.

    ``subject_type`` says of what ``subject_id`` is the id; ``starters`` are the roles that may start it.
    """

    owner_service = fields.String(required=True, validate=validate.OneOf(OWNER_SERVICES))
    owner_by = fields.Nested(OwnerByChoice, load_default=None, allow_none=True)
    subject_type = fields.String(required=True, validate=validate.OneOf(SUBJECT_TYPES))
    starters = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    form_fields = fields.List(fields.Nested(FormField), required=True, data_key="fields")
    facts = fields.List(fields.Nested(FactType), load_default=list)
    nodes = fields.List(fields.Nested(DefinitionNode), required=True, validate=validate.Length(min=1))


class PublishedDefinition(Definition):
    """A definition as it stands: which version, and since when."""

    version = fields.Integer()
    published_at = Instant()
