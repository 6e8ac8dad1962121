"""Sections of a page about one thing: the first rows of a list, and how many there are."""

from marshmallow import fields, validate

from services.kit.schema import Schema


class SectionQuery(Schema):
    """How many rows of each section are shown."""

    first = fields.Integer(load_default=5, validate=validate.Range(min=1, max=50))


def section_of(schema: type[Schema]) -> type[Schema]:
    """The schema of a section: its first ``items``, and the ``total`` of the list, counted to 1,000; ``is_more`` beyond that."""
    section: type[Schema] = type(
        f"{schema.__name__}Section",
        (Schema,),
        {
            "total": fields.Integer(),
            "is_more": fields.Boolean(),
            "items": fields.List(fields.Nested(schema)),
            "__module__": schema.__module__,
            "__doc__": f"The first of a list of {schema.__name__}, and how many there are.",
        },
    )
    return section
