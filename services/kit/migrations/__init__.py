"""Migrations: one Alembic environment for all services; each keeps its versions in ``services/<name>/migrations``."""
