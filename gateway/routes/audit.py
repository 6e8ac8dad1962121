"""The audit trail of all services and of the gateway itself, as one list."""

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.wrappers import Response

from gateway.audit_sheet import AUDIT
from gateway.downloads import send_made
from gateway.http import ApiRequest, route
from gateway.merged_pages import merged_page, read_places, write_places
from services.contracts import gateway_calls as calls
from services.kit.audit_trail import AuditEntryPage, AuditQuery, list_audit_entries, place_after
from services.kit.bus.rpc import RemoteFault, ServiceClient
from services.kit.errors import Unavailable
from services.kit.health import SettingsProvider
from services.kit.list_files import ListFile, export_list, whole
from services.kit.paging import PAGE_SIZE_MAX, Page
from services.kit.schema import dump, load
from services.kit.settings import SERVICES, Settings
from services.kit.sheets import MEDIA_TYPE
from services.kit.storage import file_store
from services.kit.unit_of_work import Begin

_SECONDS_MAX: Final = 4.0
_OWN: Final = "gateway"
_SOURCES: Final = (*SERVICES, _OWN)


class AuditRoutes:
    """``/audit``."""

    begin: Begin
    settings: Settings = SettingsProvider()
    customer_trail = ServiceClient("customer", timeout_seconds=_SECONDS_MAX)
    workflow_trail = ServiceClient("workflow", timeout_seconds=_SECONDS_MAX)
    billing_trail = ServiceClient("billing", timeout_seconds=_SECONDS_MAX)
    payments_trail = ServiceClient("payments", timeout_seconds=_SECONDS_MAX)
    notify_trail = ServiceClient("notify", timeout_seconds=_SECONDS_MAX)

    @route("GET", "/audit", permission="audit.read", query=calls.AuditTrailQuery, answer=calls.AuditTrailPage)
    def list_audit_entries(self, request: ApiRequest) -> Any:
        """Every change of all services: who, when, what, why; newest first.

        The services are asked at once. One that is away is named in ``missing``; its entries come on a later page.
        """
        return self._page(request.query)

    @route(
        "GET",
        "/audit.xlsx",
        permission="audit.read",
        query=whole(calls.AuditTrailQuery),
        media_type=MEDIA_TYPE,
        long_lived=True,
    )
    def download_audit_entries(self, request: ApiRequest) -> Response:
        """The list of ``GET /audit`` as a file.

        All that its filters leave, the newest first; at most 100,000 rows. It is whole: while a service is away there is none.
        """

        def page(_begin: Begin, *, cursor: str, **_loaded: Any) -> Page:
            found = self._page({**request.query, "page_size": str(PAGE_SIZE_MAX), "cursor": cursor})
            if found["missing"]:
                raise Unavailable("service_unavailable", service=found["missing"][0])
            return Page(found["items"], found["next_cursor"])

        store = file_store(self.settings)
        lists = {"audit": ListFile(AUDIT, calls.AuditTrailQuery, page)}
        made = export_list(self.begin, store, lists, name="audit", path=(), query=request.query, language=request.language)
        return send_made(store, made, "audit.xlsx")

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        asked = load(calls.AuditTrailQuery, query)
        places = read_places(asked["cursor"], _SOURCES)
        if asked["service"] is not None:
            places = {source: place for source, place in places.items() if source == asked["service"]}
        filters = {name: value for name, value in query.items() if name not in {"cursor", "service"}}
        pages, missing = self._ask({source: {**filters, "cursor": place} for source, place in places.items()})
        items, after = merged_page(pages, places, asked["page_size"])
        later = {source: last if isinstance(last, str) else place_after(*last) for source, last in after.items()}
        return {"items": items, "next_cursor": write_places(later), "missing": missing}

    def _ask(self, queries: Mapping[str, dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
        """Each source's page, and who did not answer.

        :raises Unavailable: if nobody did.
        """
        pages: dict[str, Any] = {}
        failures: dict[str, Exception] = {}
        replies = {}
        for source in queries.keys() - {_OWN}:
            try:
                replies[source] = getattr(self, f"{source}_trail").list_audit_entries.call_async(queries[source])
            except Unavailable as failure:
                failures[source] = failure
        if _OWN in queries:
            pages[_OWN] = dump(AuditEntryPage, list_audit_entries(self.begin, **load(AuditQuery, queries[_OWN])))
        for source, reply in replies.items():
            try:
                pages[source] = reply.result()
            except (Unavailable, RemoteFault) as failure:  # what failed there is in its log
                failures[source] = failure
        if failures and not pages:
            raise next(iter(failures.values()))
        return pages, sorted(failures)
