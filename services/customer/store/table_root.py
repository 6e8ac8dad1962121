"""The root of customer's tables: one metadata for all of them."""

from sqlalchemy import MetaData

from services.kit.tables import NAMING, ServiceTables


class Tables(ServiceTables):
    """The root of customer's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)
