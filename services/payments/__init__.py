"""Payments: receipts, matching, write-off, interest and commission."""
