"""The rules of payments: pure functions and frozen dataclasses over values."""
