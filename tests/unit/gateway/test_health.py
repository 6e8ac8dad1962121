"""What the gateway's readiness, which needs no sign-in, tells of servers and people."""

from gateway.routes.health import as_anybody_may_know


def test_what_servers_said_is_for_those_who_run_them() -> None:
    checks = {
        "database": {"ok": False, "error": "OperationalError: connection to 10.1.2.3 failed for user l2c"},
        "bus": {"ok": True, "dead_letters": 2},
        "email": {"ok": True, "state": "on", "waiting": 3, "failed": 1, "last_failure": "550 zhang.wei@example.com is unknown"},
    }
    assert as_anybody_may_know({"service": "notify", "ready": False, "checks": checks}) == {
        "service": "notify",
        "ready": False,
        "checks": {
            "database": {"ok": False, "error": "OperationalError"},
            "bus": {"ok": True, "dead_letters": 2},
            "email": {"ok": True, "state": "on", "waiting": 3, "failed": 1},
        },
    }
