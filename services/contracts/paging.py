"""Pages of lists, the same for every list."""

from marshmallow import fields, validate

from services.kit.paging import PAGE_SIZE, PAGE_SIZE_MAX
from services.kit.schema import Schema


class PageQuery(Schema):
    """What every list may be asked: ``?page_size=``, ``?sort=-field``, ``?cursor=``."""

    page_size = fields.Integer(load_default=PAGE_SIZE, validate=validate.Range(min=1, max=PAGE_SIZE_MAX))
    sort = fields.String(load_default="", validate=validate.Length(max=50))
    cursor = fields.String(load_default="", validate=validate.Length(max=1000))


def page_of(schema: type[Schema]) -> type[Schema]:
    """The schema of a page of these: ``items`` and ``next_cursor`` (null on the last page)."""
    page: type[Schema] = type(
        f"{schema.__name__}Page",
        (Schema,),
        {
            "items": fields.List(fields.Nested(schema)),
            "next_cursor": fields.String(allow_none=True),
            "__module__": schema.__module__,
            "__doc__": f"A page of {schema.__name__}.",
        },
    )
    return page
