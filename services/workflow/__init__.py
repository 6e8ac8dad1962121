"""Workflow: approvals, as processes whose definitions are data."""
