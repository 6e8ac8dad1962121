"""What every test may use."""

from hypothesis import settings

pytest_plugins = ["tests.servers.fixtures"]

# A deadline for each example measures the machine, which other tests keep busy, and not the rule.
settings.register_profile("l2c", parent=settings(), deadline=None)
settings.load_profile("l2c")
