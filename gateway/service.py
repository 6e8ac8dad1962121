"""The gateway: all routes in one nameko service."""

from gateway.routes.billing import BillingRoutes
from gateway.routes.bulk_approval import BulkApprovalRoutes
from gateway.routes.customer_files import CustomerFileRoutes
from gateway.routes.customer_parts import CustomerPartRoutes
from gateway.routes.customers import CustomerRoutes
from gateway.routes.documents import DocumentRoutes
from gateway.routes.health import HealthRoutes
from gateway.routes.identity import IdentityRoutes
from gateway.routes.jobs import JobRoutes
from gateway.routes.messages import MessageRoutes
from gateway.routes.papers import PaperRoutes
from gateway.routes.payments import PaymentsRoutes
from gateway.routes.policies import PolicyRoutes
from gateway.routes.pool import PoolRoutes
from gateway.routes.price_lists import PriceListRoutes
from gateway.routes.process_definitions import ProcessDefinitionRoutes
from gateway.routes.process_reports import ProcessReportRoutes
from gateway.routes.processes import ProcessRoutes
from services.contracts.gateway import EVENTS
from services.kit.bus.work import Telemetry, UnitsOfWork


class Gateway(
    IdentityRoutes,
    CustomerRoutes,
    CustomerPartRoutes,
    CustomerFileRoutes,
    PoolRoutes,
    PolicyRoutes,
    BillingRoutes,
    PriceListRoutes,
    PaymentsRoutes,
    ProcessRoutes,
    BulkApprovalRoutes,
    ProcessDefinitionRoutes,
    ProcessReportRoutes,
    PaperRoutes,
    JobRoutes,
    HealthRoutes,
    MessageRoutes,
    DocumentRoutes,
):
    """The only door from outside: one mixin a context."""

    name = "gateway"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
