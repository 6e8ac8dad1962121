"""Certificates for servers of the tests, and for who talks to them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.account import process_owner


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, *names: str) -> "Certificate":
        """One that is its own authority.

        :param names: it is for: ``DNS:localhost``, ``IP:127.0.0.1``.
        """
        made = cls(folder / "certificate.pem", folder / "key.pem")
        made._make("l2c-tests", names)
        return made

    def issue(self, subject: str, *names: str) -> "Certificate":
        """Another one, beside it, that this one vouches for.

        :param subject: whose it is, as servers read it from one: a role of PostgreSQL's.
        """
        made = Certificate(self.certificate.with_name(f"{subject}.pem"), self.key.with_name(f"{subject}.key"))
        made._make(subject, names, "-CA", str(self.certificate), "-CAkey", str(self.key), "-extensions", "usr_cert")
        return made

    def _make(self, subject: str, names: tuple[str, ...], *options: str) -> None:
        alternatives = ["-addext", f"subjectAltName={','.join(names)}"] if names else []
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={subject}", *alternatives, *options, "-keyout", self.key, "-out", self.certificate],
            check=True, capture_output=True,
        )  # fmt: skip  # options and their values stay side by side

    def copy_to(self, folder: Path) -> "Certificate":
        """The same where a server under another account can read it, and nobody else."""
        copies = Certificate(folder / self.certificate.name, folder / self.key.name)
        owner = process_owner()
        for source, copy in ((self.certificate, copies.certificate), (self.key, copies.key)):
            shutil.copyfile(source, copy)
            copy.chmod(0o600)  # PostgreSQL takes no key that others may read
            if owner:
                os.chown(copy, owner["user"], owner["group"])
        return copies
