"""A private PostgreSQL that is reached by TLS: Debian's package, since the one from PyPI is built without."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.servers.certificates import Certificate
from tests.servers.postgresql import PrivatePostgresql
from tests.servers.process import ServerFailed
from tests.servers.rabbitmq import free_ports

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_PACKAGE: Final = Path("/usr/lib/postgresql")


class TlsPostgresql(PrivatePostgresql):
    """Beside its socket, which is the tests' own, it listens on loopback, by TLS alone.

    :param authority: vouches for its certificate, and for those of its roles.
    :param certified: the roles that come in by their certificates; all others do by their passwords.
    """

    _LOCALE = ("--locale=C.UTF-8",)

    def __init__(self, folder: Path, authority: Certificate, certified: Sequence[str]) -> None:
        self._authority = authority
        self._certified = certified
        (self.port,) = free_ports(1)
        super().__init__(folder)

    def _find_programs(self) -> Path:
        found = sorted(_PACKAGE.glob("*/bin/postgres"), key=lambda program: int(program.parts[-3]))
        if found:
            return found[-1].parent
        script = _CHECKOUT / "deploy" / "debian.sh"
        installation = subprocess.run(["sh", script, "postgresql"], capture_output=True, text=True, check=False)
        if not list(_PACKAGE.glob("*/bin/postgres")):
            raise ServerFailed(f"PostgreSQL is not installed:\n{installation.stderr}")
        return self._find_programs()

    def _own_configuration(self) -> Mapping[str, str]:
        own = self._authority.issue("postgresql", "DNS:localhost").copy_to(self._folder)
        trusted = self._authority.copy_to(self._folder)
        rules = self._folder / "rules.conf"
        rules.write_text(
            "local   all all                   trust\n"
            f"hostssl all {','.join(self._certified)} all cert\n"
            "hostssl all all                   all scram-sha-256\n"
        )
        rules.chmod(0o644)
        return {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "max_connections": "20",
            "shared_buffers": "16MB",
            "hba_file": str(rules),
            "ssl": "on",
            "ssl_cert_file": str(own.certificate),
            "ssl_key_file": str(own.key),
            "ssl_ca_file": str(trusted.certificate),
        }
