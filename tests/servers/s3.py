"""A real S3-compatible server on loopback: moto's, in a process of its own."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from deploy.api_client import wait_until
from tests.servers.rabbitmq import free_ports, is_taken

ACCESS_KEY = "l2c"
SECRET_KEY = "secret of a test"


@dataclass(frozen=True)
class S3Server:
    """
    :param client: for looking at what is in it.
    """

    endpoint: str
    client: Any

    def make_bucket(self, name: str) -> str:
        """
        :returns: the URL that settings name it by, with a prefix.
        """
        self.client.create_bucket(Bucket=name)
        return f"{self.endpoint}/{name}/l2c"

    def keys(self, bucket: str) -> list[str]:
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def unfinished(self, bucket: str) -> list[str]:
        """The keys of uploads that are neither complete nor aborted."""
        return [each["Key"] for each in self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]


@contextmanager
def s3_server() -> Iterator[S3Server]:
    (port,) = free_ports(1)
    program = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until("the S3 server to answer", lambda: is_taken(port) or None)
        endpoint = f"http://127.0.0.1:{port}"
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        boto3 = importlib.import_module("boto3")
        with closing(boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)) as client:
            yield S3Server(endpoint, client)
    finally:
        process.terminate()
        process.wait(timeout=20)
