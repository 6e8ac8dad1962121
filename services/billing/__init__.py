"""Billing: usage, prices, bills, statements, invoices and recharges."""
