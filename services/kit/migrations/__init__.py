"""Alembic's environment for all services, and the kit's own tables in ``versions``; a service's own: ``<service>/migrations``."""
