"""Certificates for servers of the tests, which vouch for themselves."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as files; it is its own authority."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, *names: str) -> "Certificate":
        """
        :param names: it is for: ``DNS:localhost``, ``IP:127.0.0.1``.
        """
        made = cls(folder / "certificate.pem", folder / "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=l2c-tests", "-addext", f"subjectAltName={','.join(names)}",
             "-keyout", made.key, "-out", made.certificate],
            check=True, capture_output=True,
        )  # fmt: skip  # options and their values stay side by side
        return made

    def copy_to(self, folder: Path) -> "Certificate":
        """The same where a server under another account can read it."""
        copies = Certificate(folder / self.certificate.name, folder / self.key.name)
        for source, copy in ((self.certificate, copies.certificate), (self.key, copies.key)):
            shutil.copyfile(source, copy)
            copy.chmod(0o644)
        return copies
