"""The rules of notify: pure functions and frozen dataclasses over values."""
