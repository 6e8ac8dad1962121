"""The distributed system of the end-to-end tests, for measuring."""

from tests.e2e.distributed.conftest import broker, cluster, collector  # noqa: F401  # fixtures are used by their names
