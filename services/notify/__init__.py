"""Notify: messages to people."""
