"""The rules of workflow: pure functions and frozen dataclasses over values."""
