"""What the gateway is measured against: stock nameko, an ``@http`` that makes one RPC which returns a constant.

``python -m tests.bench.constant_process AMQP_URL PORT PART…`` runs parts until SIGTERM: ``front`` (the HTTP side),
``back`` (the service behind it), ``kit`` (the same constant on the kit's bus). With ``calls:N`` it also makes calls of ``kit``
from N green threads for some seconds and prints how many it made, as JSON.
"""

from deploy import launcher

launcher.make_green()

import json  # noqa: E402  # nothing may be imported before the process is green
import sys  # noqa: E402
import time  # noqa: E402
from dataclasses import asdict  # noqa: E402
from typing import Any  # noqa: E402

import eventlet  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import RpcProxy  # noqa: E402
from nameko.rpc import rpc as stock_rpc  # noqa: E402
from nameko.web.handlers import http  # noqa: E402

from deploy.stopping import StopRequest  # noqa: E402
from services.kit.bus.cluster_client import ClusterClient  # noqa: E402
from services.kit.bus.rpc import rpc  # noqa: E402
from services.kit.caller import CallContext, Caller  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from tests.bench.load import Figures  # noqa: E402

CALL_SECONDS = 4.0


class Front:
    name = "bench_front"
    back = RpcProxy("bench_back")

    @http("GET", "/constant")  # type: ignore[untyped-decorator]  # nameko has no types
    def constant(self, request: Any) -> str:
        return json.dumps(self.back.constant())


class Back:
    name = "bench_back"

    @stock_rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def constant(self) -> dict[str, Any]:
        return {"id": "01a20974-f18a-7496-ae5e-69af3dfef175", "name": "上海云帆网络科技有限公司", "version": 1}


class KitBack:
    name = "bench_kit"

    @rpc
    def constant(self) -> dict[str, Any]:
        return {"id": "01a20974-f18a-7496-ae5e-69af3dfef175", "name": "上海云帆网络科技有限公司", "version": 1}


def main(amqp_url: str, port: str, parts: list[str]) -> None:
    stop_request = StopRequest()
    settings = Settings("", amqp_url, "", None, max_workers=50)  # type: ignore[arg-type]  # no database, no files here
    config = {"AMQP_URI": amqp_url, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "max_workers": 50, "L2C": settings}
    containers = [
        ServiceContainer(service, config)
        for part, service in (("back", Back), ("kit", KitBack), ("front", Front))
        if part in parts
    ]
    for container in containers:
        container.start()
    print("ready", flush=True)
    for part in parts:
        if part.startswith("calls:"):
            print(json.dumps(asdict(_call(amqp_url, int(part.removeprefix("calls:"))))), flush=True)
    stop_request.wait()
    for container in containers:
        container.stop()


def _call(amqp_url: str, threads: int) -> Figures:
    client = ClusterClient(amqp_url)
    context = CallContext(Caller.system("bench"))
    latencies: list[float] = []
    began = time.perf_counter()

    def call() -> None:
        while (start := time.perf_counter()) < began + CALL_SECONDS:
            client.call("bench_kit", "constant", context)
            latencies.append(time.perf_counter() - start)

    callers = [eventlet.spawn(call) for _ in range(threads)]
    for caller in callers:
        caller.wait()
    return Figures.of(latencies, time.perf_counter() - began, 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
