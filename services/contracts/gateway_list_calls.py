"""The payloads of the named views that somebody keeps of the console's lists."""

from marshmallow import fields, validate

from services.contracts.contact_fields import TrimmedText
from services.kit.schema import Schema

_LIST = validate.Regexp(r"^[a-z0-9][a-z0-9_.-]{0,49}$")
_NAME = validate.Length(min=1, max=50)
_COLUMN = validate.Length(min=1, max=60)


class ListViewQuery(Schema):
    """``list``: the console's name of a list, such as ``bills``."""

    list_name = fields.String(required=True, data_key="list", validate=_LIST)


class ListViewKey(ListViewQuery):
    name = TrimmedText(required=True, validate=_NAME)


class SaveListView(ListViewKey):
    """``search``: the filters and the order as they stand in the address. ``hidden``: the columns that are not shown."""

    search = fields.String(required=True, validate=validate.Length(max=2000))
    hidden = fields.List(fields.String(validate=_COLUMN), load_default=list, validate=validate.Length(max=100))


class ListView(Schema):
    name = fields.String()
    search = fields.String()
    hidden = fields.List(fields.String())


class ListViews(Schema):
    items = fields.List(fields.Nested(ListView))


REFUSALS = {
    "too_many_list_views": (
        "一个列表最多保存 {max} 个视图，请先删除不用的。",
        "A list has at most {max} views; delete one first.",
    ),
    "too_many_lists_with_views": (
        "最多为 {max} 个列表保存视图，请先删除不用的。",
        "At most {max} lists have views; delete those of one first.",
    ),
}
