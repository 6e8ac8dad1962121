"""Stored files in an S3-compatible store: Amazon's, MinIO, Ceph, OSS, COS. Written and read in pieces, never whole in memory."""

import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from services.kit.errors import NotFound, Unavailable
from services.kit.files import PIECE_BYTES, MeasuredStream, Readable, StoredFile, check_key, new_key

PART_BYTES: Final = 8 * 1024 * 1024
"""A file that is larger goes in parts of this size; such a store wants at least 5 MB. One upload has up to three in memory."""

_CONNECTIONS: Final = 32
_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30


class ObjectStore:
    """Files in a bucket.

    A process that dies in the middle of a large file leaves parts that nobody sees: let a rule of the bucket remove incomplete
    uploads after a day.

    :param client: botocore's for S3.
    :param prefix: what every name in the bucket begins with; empty, or ending in a slash.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def at(cls, url: str, access_key: str, secret_key: str) -> "ObjectStore":
        """The store of a URL, as :class:`services.kit.settings.Settings` describes it."""
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        bucket, _, prefix = (parts.netloc + parts.path if parts.scheme == "s3" else parts.path).strip("/").partition("/")
        # Loaded where such a store is used, and nowhere else: it takes longer than the rest of the kit.
        boto3, config = importlib.import_module("boto3"), importlib.import_module("botocore.config")
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=None if parts.scheme == "s3" else f"{parts.scheme}://{parts.netloc}",
            region_name=options.get("region", ["us-east-1"])[0],
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=config.Config(
                signature_version="s3v4",
                s3={"addressing_style": options.get("style", ["path"])[0]},
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                max_pool_connections=_CONNECTIONS,
                retries={"mode": "standard", "total_max_attempts": 3},
                # Only Amazon's own knows the checksums that are sent by default.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        return cls(client, bucket, f"{prefix}/" if prefix else "")

    def close(self) -> None:
        """Let go of its connections, which it shares with the stores within it."""
        self._client.close()

    def save(self, stream: Readable, *, max_bytes: int) -> StoredFile:
        """Keep what the stream gives; it is there whole or not at all.

        :raises InvalidInput: ``file_too_large``.
        :raises Unavailable: if the store is away.
        """
        key = new_key()
        measured = MeasuredStream(stream, max_bytes)
        first = _read_part(measured)
        if len(first) < PART_BYTES:
            with _speaking_of_store():
                self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=first)
        else:
            self._save_in_parts(key, first, measured)
        return StoredFile(key, measured.size_bytes, measured.sha256)

    def read(self, key: str, *, start: int = 0) -> Iterator[bytes]:
        """Its content in pieces, from a byte on, which it has.

        :raises NotFound: ``file_not_found``; at the call, not at the first piece.
        :raises Unavailable: if the store is away.
        """
        check_key(key)
        part = {"Range": f"bytes={start}-"} if start else {}
        with _speaking_of_store():
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key, **part)
        return _pieces(found["Body"])

    def delete(self, key: str) -> None:
        """Remove it; one that is not there is no error.

        :raises Unavailable: if the store is away.
        """
        check_key(key)
        with _speaking_of_store():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def within(self, name: str) -> "ObjectStore":
        return ObjectStore(self._client, self._bucket, f"{self._prefix}{name}/")

    def _save_in_parts(self, key: str, first: bytes, rest: Readable) -> None:
        place = {"Bucket": self._bucket, "Key": self._prefix + key}
        with _speaking_of_store():
            upload = {**place, "UploadId": self._client.create_multipart_upload(**place)["UploadId"]}
            try:
                part, parts = first, list[dict[str, Any]]()
                while part:
                    number = len(parts) + 1
                    stored = self._client.upload_part(**upload, PartNumber=number, Body=part)
                    parts.append({"PartNumber": number, "ETag": stored["ETag"]})
                    part = b""  # before the next one comes
                    part = _read_part(rest)
                self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
            except BaseException:  # also a green thread that is killed: parts of no file cost what files cost
                self._client.abort_multipart_upload(**upload)
                raise


def _read_part(stream: Readable) -> bytes:
    part = io.BytesIO()
    while (size := part.tell()) < PART_BYTES and (piece := stream.read(min(PIECE_BYTES, PART_BYTES - size))):
        part.write(piece)
    return part.getvalue()


def _pieces(body: Any) -> Iterator[bytes]:
    try:
        yield from body.iter_chunks(PIECE_BYTES)
    finally:
        body.close()


@contextmanager
def _speaking_of_store() -> Iterator[None]:
    """
    :raises NotFound: ``file_not_found``.
    :raises Unavailable: if the store is away, or says that it cannot now.
    """
    exceptions = importlib.import_module("botocore.exceptions")
    try:
        yield
    except exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            raise NotFound("file_not_found") from error
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise Unavailable("service_unavailable", service="files") from error
        raise
    except (exceptions.HTTPClientError, exceptions.ConnectionError) as error:
        raise Unavailable("service_unavailable", service="files") from error
