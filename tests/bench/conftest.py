"""The distributed system of the end-to-end tests, for measuring."""

from tests.e2e.conftest import cluster  # noqa: F401  # a fixture is used by its name
