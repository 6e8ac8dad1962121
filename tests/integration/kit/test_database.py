"""A database that was away is found again, without a failed query for whoever comes next."""

import os
import socket

import pytest
from sqlalchemy.engine import make_url

from services.kit.database import Database
from tests.chaos.network import Network
from tests.servers.fixtures import OwnPostgresql


@pytest.mark.parametrize("ended_by", ["stop", "kill"])
def test_the_first_query_after_a_restart_of_the_server_works(postgresql: OwnPostgresql, ended_by: str) -> None:
    database = Database(postgresql.database_url.format(service="notify"), pool_size=3)
    held = [database.engine.connect() for _ in range(3)]
    for connection in held:
        connection.close()
    getattr(postgresql, ended_by)()
    postgresql.start()
    for _ in held:
        database.ping()
    database.close()


def test_a_server_that_falls_silent_is_given_up_within_half_a_minute(database_url: str) -> None:
    """As the kernel has the limits. (Behind a firewall that drops all packets: 20.5 s for a query, 5.0 s for a connection.)"""
    direct = make_url(database_url.format(service="notify"))
    with Network() as network:
        port = network.lead_to("postgresql", direct.set(drivername="postgresql").render_as_string(hide_password=False)).port
        plain = {"sslmode": "disable", "gssencmode": "disable", "keepalives_idle": "7"}
        through = direct.set(host="127.0.0.1", port=port, query=plain)
        database = Database(through.render_as_string(hide_password=False), pool_size=1)
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            with socket.socket(fileno=os.dup(driver.fileno())) as end:  # the driver's own is closed by the driver
                tcp = socket.IPPROTO_TCP
                assert end.getsockopt(tcp, socket.TCP_USER_TIMEOUT) == 20_000
                assert end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert end.getsockopt(tcp, socket.TCP_KEEPIDLE) == 7, "the address knows better"
                assert end.getsockopt(tcp, socket.TCP_KEEPINTVL) * end.getsockopt(tcp, socket.TCP_KEEPCNT) == 15
        database.close()
