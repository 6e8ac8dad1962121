"""Figures of the funnel, for those who watch the system."""

from sqlalchemy import func, select

from services.customer.store.tables import Customer
from services.kit.figures import Figure

FIGURES = (
    Figure(
        "l2c_customers",
        "Customers by tier",
        ("tier",),
        lambda: select(Customer.tier, func.count()).group_by(Customer.tier),
    ),
)
