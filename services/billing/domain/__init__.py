"""The rules of billing: pure functions and frozen dataclasses over values."""
