"""What is reported of processes: statistics of many, a print of one."""

from typing import Any, Final
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from gateway.prints.process_pdf import process_pdf
from services.contracts import workflow_statistics_calls as calls
from services.kit.blocking import run_blocking
from services.kit.bus.rpc import ServiceClient

PDF: Final = "application/pdf"
STATISTICS_SECONDS_MAX: Final = 60.0
"""2 s for the 200,000 processes of a busy quarter among a million; a year of them takes longer."""


class ProcessReportRoutes:
    """``/process-statistics``, ``/processes/{id}.pdf``."""

    workflow = ServiceClient("workflow")
    workflow_statistics = ServiceClient("workflow", timeout_seconds=STATISTICS_SECONDS_MAX)

    @route(
        "GET",
        "/process-statistics",
        permission="processes.statistics",
        query=calls.StatisticsQuery,
        answer=calls.Statistics,
        long_lived=True,
    )
    def show_statistics(self, request: ApiRequest) -> Any:
        """How many processes, how long they took, how long each node, and whom they wait for; of those the caller may see."""
        return self.workflow_statistics.show_statistics(request.query)

    @route("GET", "/processes/<process_id>.pdf", permission="processes.read", media_type=PDF)
    def print_process(self, request: ApiRequest, process_id: str) -> Response:
        """A process with its form, its nodes and its history, as its reader sees it, to print."""
        page = self.workflow.show_process(process_id)
        content = run_blocking(process_pdf, page, request.language)
        disposition = f"inline; filename=\"process.pdf\"; filename*=UTF-8''{quote(page['title'] + '.pdf', safe='')}"
        headers = {"Content-Disposition": disposition, "Content-Language": request.language}
        return Response(content, content_type=PDF, headers=headers)
