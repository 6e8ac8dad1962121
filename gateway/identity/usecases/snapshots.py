"""What the gateway's events say of its rows, and what its answers show of them."""

from typing import Any

from gateway.identity.store.tables import ApiToken, Department, User


def user_snapshot(user: User) -> dict[str, Any]:
    """For ``user_changed``."""
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "email": user.email,
        "department_id": user.department_id,
        "roles": sorted(user.roles),
        "active": user.active,
        "successor_id": user.successor_id,
    }


def department_snapshot(department: Department) -> dict[str, Any]:
    """For ``department_changed``."""
    return {
        "id": department.id,
        "name": department.name,
        "parent_id": department.parent_id,
        "lead_id": department.lead_id,
        "closed": department.closed,
    }


def user_shown(user: User, department_name: str | None) -> dict[str, Any]:
    """As the schema ``User`` wants it."""
    return {
        **user_snapshot(user),
        "department_name": department_name,
        "is_service": user.is_service,
        "must_change_password": user.must_change_password,
        "created_at": user.created_at,
        "version": user.version,
    }


def department_shown(department: Department, lead_name: str | None) -> dict[str, Any]:
    """As the schema ``Department`` wants it."""
    return {**department_snapshot(department), "lead_name": lead_name, "version": department.version}


def token_shown(token: ApiToken, user_name: str) -> dict[str, Any]:
    """As the schema ``Token`` wants it."""
    return {
        "id": token.id,
        "name": token.name,
        "user_id": token.user_id,
        "user_name": user_name,
        "scopes": sorted(token.scopes),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }
