"""The gateway: all routes in one nameko service."""

from gateway.identity.store.figures import FIGURES
from gateway.routes.audit import AuditRoutes
from gateway.routes.balances import BalanceRoutes
from gateway.routes.bills import BillRoutes
from gateway.routes.bulk_approval import BulkApprovalRoutes
from gateway.routes.channels import ChannelRoutes
from gateway.routes.commission import CommissionRoutes
from gateway.routes.customer_files import CustomerFileRoutes
from gateway.routes.customer_overview import CustomerOverviewRoutes
from gateway.routes.customer_parts import CustomerPartRoutes
from gateway.routes.customers import CustomerRoutes
from gateway.routes.dashboard import DashboardRoutes
from gateway.routes.documents import DocumentRoutes
from gateway.routes.health import HealthRoutes
from gateway.routes.identity import IdentityRoutes
from gateway.routes.interest import InterestRoutes
from gateway.routes.invoices import InvoiceRoutes
from gateway.routes.jobs import JobRoutes
from gateway.routes.list_files import ListFileRoutes
from gateway.routes.list_views import ListViewRoutes
from gateway.routes.messages import MessageRoutes
from gateway.routes.papers import PaperRoutes
from gateway.routes.payers import PayerRoutes
from gateway.routes.policies import PolicyRoutes
from gateway.routes.pool import PoolRoutes
from gateway.routes.price_lists import PriceListRoutes
from gateway.routes.prices import PriceRoutes
from gateway.routes.process_definitions import ProcessDefinitionRoutes
from gateway.routes.process_reports import ProcessReportRoutes
from gateway.routes.processes import ProcessRoutes
from gateway.routes.receipt_files import ReceiptFileRoutes
from gateway.routes.receipts import ReceiptRoutes
from gateway.routes.receivables import ReceivableRoutes
from gateway.routes.sessions import SessionRoutes
from gateway.routes.statements import StatementRoutes
from gateway.routes.stream import StreamRoutes
from gateway.routes.usage import UsageRoutes
from services.contracts.gateway import EVENTS
from services.kit.bus.work import Telemetry, UnitsOfWork


class Gateway(
    SessionRoutes,
    IdentityRoutes,
    CustomerRoutes,
    CustomerOverviewRoutes,
    CustomerPartRoutes,
    CustomerFileRoutes,
    PoolRoutes,
    PolicyRoutes,
    UsageRoutes,
    PriceRoutes,
    BillRoutes,
    StatementRoutes,
    InvoiceRoutes,
    BalanceRoutes,
    PriceListRoutes,
    ReceiptRoutes,
    ReceiptFileRoutes,
    PayerRoutes,
    ReceivableRoutes,
    InterestRoutes,
    CommissionRoutes,
    ProcessRoutes,
    BulkApprovalRoutes,
    ProcessDefinitionRoutes,
    ProcessReportRoutes,
    PaperRoutes,
    JobRoutes,
    AuditRoutes,
    HealthRoutes,
    ListFileRoutes,
    ListViewRoutes,
    MessageRoutes,
    StreamRoutes,
    ChannelRoutes,
    DashboardRoutes,
    DocumentRoutes,
):
    """The only door from outside: one mixin a context."""

    name = "gateway"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
