"""The rules of customer: pure functions and frozen dataclasses over values."""
