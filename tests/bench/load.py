"""A load of HTTP requests over connections that stay open, and what it measures."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What a load came to; percentiles in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int

    @classmethod
    def of(cls, latencies_seconds: list[float], seconds: float, failed: int) -> "Figures":
        ordered = sorted(latencies_seconds)
        return cls(
            per_second=len(ordered) / seconds,
            p50_ms=1000 * ordered[len(ordered) // 2],
            p99_ms=1000 * ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
            failed=failed,
        )


def measure(address: str, path: str, headers: dict[str, str], *, connections: int, seconds: float) -> Figures:
    """GET a path again and again.

    :param address: ``host:port``.
    :param connections: each asks, waits for the answer, asks again.
    """
    return asyncio.run(_measure(address, path, headers, connections, seconds))


async def _measure(address: str, path: str, headers: dict[str, str], connections: int, seconds: float) -> Figures:
    host, _, port = address.partition(":")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\n{lines}\r\n".encode()
    latencies: list[float] = []
    failures: list[int] = []
    began = time.perf_counter()
    end = began + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while (start := time.perf_counter()) < end:
            writer.write(request)
            status = await _read_answer(reader)
            latencies.append(time.perf_counter() - start)
            if status != 200:
                failures.append(status)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return Figures.of(latencies, time.perf_counter() - began, len(failures))


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(int(line.partition(":")[2]) for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(length)
    return int(head.split()[1])
