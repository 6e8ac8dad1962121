"""Figures of who may come in, for those who watch the system."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from gateway.identity.store.tables import ApiToken, User
from services.kit.clock import utc_now
from services.kit.figures import Figure

_SOON: Final = timedelta(days=14)

FIGURES = (
    Figure(
        "l2c_tokens_expiring",
        "Tokens of other systems that end within 14 days",
        (),
        lambda: (
            select(func.count())
            .select_from(ApiToken)
            .join(User)
            .where(User.active, ApiToken.revoked_at.is_(None), ApiToken.expires_at.between(utc_now(), utc_now() + _SOON))
        ),
    ),
)
