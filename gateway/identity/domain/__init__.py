"""The rules of identity: pure functions and frozen dataclasses over values."""
