"""The payloads of workflow's administration: definitions, their versions, pictures, drafts and dry runs."""

from marshmallow import fields, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.workflow import Node, Person
from services.contracts.workflow_definitions import AGREE_MODES, PublishedDefinition
from services.kit.schema import Id, Instant, Schema, not_blank

ORIGINS = ("shipped", "administered")
DRY_NODE_STATES = ("starts", "asks", "passes", "stuck")

_CODE = validate.Length(max=50)
_NOTE = validate.And(validate.Length(max=500), not_blank)
_SEEN = validate.Range(min=0)


class DefinitionQuery(Schema):
    """``startable``: only those that the caller may start (or, by ``false``, may not)."""

    startable = fields.Boolean(load_default=None, allow_none=True)


class VersionQuery(Schema):
    """``version``: another one than that in force."""

    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=10**9))


class ShownDefinition(PublishedDefinition):
    """A definition as the reader finds it. ``waiting_version`` came with the product while an edition of the company's own was in
    force, and waits for an administrator to take it over, or to publish the own one again."""

    origin = fields.String(validate=validate.OneOf(ORIGINS))
    published_by_name = fields.String(allow_none=True)
    note = fields.String()
    is_in_force = fields.Boolean()
    waiting_version = fields.Integer(allow_none=True)
    startable = fields.Boolean()


class Definitions(Schema):
    items = fields.List(fields.Nested(ShownDefinition))


class DefinitionVersion(Schema):
    """A version, who published it why, and how many processes stay on it: ``running`` not ended yet, ``processes`` of all."""

    version = fields.Integer()
    origin = fields.String(validate=validate.OneOf(ORIGINS))
    is_in_force = fields.Boolean()
    is_waiting = fields.Boolean()
    published_at = Instant()
    published_by_name = fields.String(allow_none=True)
    note = fields.String()
    running = fields.Integer()
    processes = fields.Integer()


DefinitionVersionPage = page_of(DefinitionVersion)
DefinitionVersionQuery = PageQuery


class PublishDefinition(Schema):
    """``version`` is the newest one that the publisher has seen, one that waits included."""

    definition = fields.Dict(keys=fields.String(), required=True)
    version = fields.Integer(required=True, validate=_SEEN)
    note = fields.String(required=True, validate=_NOTE)


class CopyDefinition(Schema):
    """``version``: which one to copy; without it, that in force."""

    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=10**9))


class SaveDefinitionDraft(Schema):
    """The whole draft as it now is, faulty or not. ``version`` is the draft's as its editor saw it, 0 for a new one.

    ``based_on`` is the newest version of the definition that its editor has seen; without it, it stays.
    """

    definition = fields.Dict(keys=fields.String(), required=True)
    version = fields.Integer(required=True, validate=_SEEN)
    based_on = fields.Integer(load_default=None, allow_none=True, validate=_SEEN)


class RemoveDefinitionDraft(Schema):
    version = fields.Integer(required=True, validate=_SEEN)


class Fault(Schema):
    """What keeps a draft from being published: where, and why. ``message`` is the gateway's."""

    place = fields.String()
    code = fields.String()
    message = fields.String()


class DefinitionDraft(Schema):
    """A draft with its faults. It is to be looked at again if ``newest_version`` is above ``based_on``."""

    code = fields.String()
    version = fields.Integer()
    definition = fields.Dict(keys=fields.String())
    based_on = fields.Integer()
    newest_version = fields.Integer()
    changed_at = Instant()
    changed_by_name = fields.String()
    faults = fields.List(fields.Nested(Fault))


class DefinitionDraftRow(Schema):
    code = fields.String()
    version = fields.Integer()
    based_on = fields.Integer()
    changed_at = Instant()
    changed_by_name = fields.String()


class DefinitionDrafts(Schema):
    items = fields.List(fields.Nested(DefinitionDraftRow))


class DrawnNode(Node):
    """A node of a picture, in words. ``enters`` are names of fields, ``passes`` whom it passes by automatically."""

    actors_zh = fields.String()
    actors_en = fields.String()
    agree = fields.String(validate=validate.OneOf(AGREE_MODES))
    asks_many = fields.Boolean()
    passes_when_zh = fields.String(allow_none=True)
    passes_when_en = fields.String(allow_none=True)
    passes = fields.List(fields.String())
    enters_zh = fields.List(fields.String())
    enters_en = fields.List(fields.String())
    time_limit_hours = fields.Integer(allow_none=True)
    remind_before_hours = fields.Integer(allow_none=True)
    opinion_required = fields.Boolean()


class DefinitionPicture(Schema):
    """What a picture of a definition shows. ``version`` is null for a draft's."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    version = fields.Integer(allow_none=True)
    starters_zh = fields.List(fields.String())
    starters_en = fields.List(fields.String())
    nodes = fields.List(fields.Nested(DrawnNode))


class DryRun(Schema):
    """A start that is only pretended: ``definition`` as it would be published, or else ``code`` with ``version`` (the one in
    force, if null). ``form`` may hold fields that are entered later, too; ``facts`` are what the owner would answer."""

    definition = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)
    code = fields.String(load_default=None, allow_none=True, validate=_CODE)
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=10**9))
    initiator_id = Id(required=True)
    form = fields.Dict(keys=fields.String(), load_default=dict)
    facts = fields.Dict(keys=fields.String(), load_default=dict)


class DryPerson(Schema):
    """Who would act. ``passed_as``: he or she is passed by automatically, as the initiator, or if he or she agreed earlier."""

    id = Id()
    name = fields.String()
    role = fields.String()
    passed_as = fields.String(allow_none=True)


class DryNode(DrawnNode):
    """A node of the way. ``stuck``: it must ask somebody and nobody could act; ``missing_zh`` names what nobody holds."""

    state = fields.String(validate=validate.OneOf(DRY_NODE_STATES))
    people = fields.List(fields.Nested(DryPerson))
    words_zh = fields.String(allow_none=True)
    words_en = fields.String(allow_none=True)
    missing_zh = fields.String(allow_none=True)
    missing_en = fields.String(allow_none=True)


class FormError(Schema):
    """``message`` is the gateway's."""

    field = fields.String()
    code = fields.String()
    message = fields.String()


class DryRunResult(Schema):
    """What would happen. ``can_finish``: it may be started, nothing in the form or the facts is wrong, and no node is stuck."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    version = fields.Integer(allow_none=True)
    initiator = fields.Nested(Person)
    may_start = fields.Boolean()
    errors = fields.List(fields.Nested(FormError))
    nodes = fields.List(fields.Nested(DryNode))
    can_finish = fields.Boolean()
