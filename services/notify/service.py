"""The notify service: entrypoints only."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.contracts import notify_calls as calls
from services.contracts import notify_channel_calls as channels
from services.contracts import notify_policy_calls as policy_calls
from services.contracts import notify_stream_calls as stream_calls
from services.contracts.notify import EVENTS
from services.contracts.paging import PageQuery
from services.kit.bus.audit import AuditCalls
from services.kit.bus.events import event_handler
from services.kit.bus.jobs import JobCalls
from services.kit.bus.list_files import ListFileCalls
from services.kit.bus.rpc import rpc
from services.kit.bus.work import Telemetry, UnitsOfWork
from services.kit.envelope import Event
from services.kit.health import Health
from services.kit.readiness import Checks
from services.kit.schema import dump, load
from services.kit.sealing import Seals
from services.notify.store.figures import FIGURES
from services.notify.store.templates import templates
from services.notify.tasks import tasks
from services.notify.usecases.ask_handlers import ask_handlers
from services.notify.usecases.check_channels import channel_checks
from services.notify.usecases.close_tasks import close_tasks
from services.notify.usecases.copy_customer import copy_customer
from services.notify.usecases.copy_department import copy_department
from services.notify.usecases.copy_user import copy_user
from services.notify.usecases.count_messages import count_messages
from services.notify.usecases.couriers import channels_with_servers
from services.notify.usecases.export_list import LISTS
from services.notify.usecases.gather_receipts import gather_receipts
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.list_stream_changes import list_stream_changes
from services.notify.usecases.mark_messages_read import mark_matching_read, mark_messages_read
from services.notify.usecases.post_messages import post_messages
from services.notify.usecases.set_policy import set_policy
from services.notify.usecases.set_preferences import set_preferences
from services.notify.usecases.show_policy import list_policies, show_policy
from services.notify.usecases.show_preferences import show_preferences
from services.notify.usecases.try_channel import try_channel


class CheckedTemplates(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Keeps the service from starting with a template that could not be sent."""

    def setup(self) -> None:
        templates()


class NotifyService(Health, AuditCalls, JobCalls, ListFileCalls):
    """Messages to people, and the counters in their menus."""

    name = "notify"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
    templates = CheckedTemplates()
    tasks = tasks
    lists = LISTS

    @rpc
    def list_messages(self, query: dict[str, Any]) -> Any:
        return dump(calls.MessagePage, list_messages(self.begin, **load(calls.MessageQuery, query)))

    @rpc
    def mark_messages_read(self, request: dict[str, Any]) -> Any:
        asked = load(calls.MarkRead, request)
        if asked["matching"] is None:
            return dump(calls.Marked, {"marked": mark_messages_read(self.begin, asked["ids"]), "is_all": True})
        marked, is_all = mark_matching_read(self.begin, **asked["matching"])
        return dump(calls.Marked, {"marked": marked, "is_all": is_all})

    @rpc
    def count_messages(self) -> Any:
        return dump(calls.Counters, count_messages(self.begin))

    @rpc
    def stream_changes(self, request: dict[str, Any]) -> Any:
        readers = load(stream_calls.StreamReaders, request)["readers"]
        return dump(stream_calls.StreamChanges, list_stream_changes(self.begin, readers))

    @rpc
    def show_policy(self) -> Any:
        return dump(policy_calls.NotificationPolicy, show_policy(self.begin))

    @rpc
    def set_policy(self, request: dict[str, Any]) -> Any:
        wanted = load(policy_calls.SetNotificationPolicy, request)
        return dump(policy_calls.NotificationPolicy, set_policy(self.begin, **wanted))

    @rpc
    def list_policies(self, query: dict[str, Any]) -> Any:
        return dump(policy_calls.NotificationPolicyPage, list_policies(self.begin, **load(PageQuery, query)))

    @rpc
    def show_preferences(self) -> Any:
        return dump(
            channels.MessagePreferences,
            show_preferences(self.begin, channels_with_servers(self.settings), Seals.of(self.settings)),
        )

    @rpc
    def set_preferences(self, request: dict[str, Any]) -> Any:
        asked = load(channels.SetMessagePreferences, request)
        available, origins = channels_with_servers(self.settings), self.settings.robot_hosts
        return dump(
            channels.MessagePreferences, set_preferences(self.begin, available, origins, Seals.of(self.settings), **asked)
        )

    @rpc
    def try_channel(self, request: dict[str, Any]) -> Any:
        return dump(channels.ChannelTried, try_channel(self.begin, self.settings, **load(channels.TryChannel, request)))

    def own_checks(self) -> Checks:
        return channel_checks(self.settings)

    @event_handler("gateway", "user_changed")
    def on_user_changed(self, event: Event) -> None:
        copy_user(self.begin, event)

    @event_handler("gateway", "department_changed")
    def on_department_changed(self, event: Event) -> None:
        copy_department(self.begin, event)

    @event_handler("customer", "customer_added")
    def on_customer_added(self, event: Event) -> None:
        copy_customer(self.begin, event)

    @event_handler("customer", "customer_changed")
    def on_customer_changed(self, event: Event) -> None:
        copy_customer(self.begin, event)

    @event_handler("workflow", "node_left")
    def on_node_left(self, event: Event) -> None:
        close_tasks(self.begin, event)

    @event_handler("customer", "tier_changed")
    def on_tier_changed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "funnel_warning")
    def on_funnel_warning(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "contract_in_force")
    def on_contract_in_force(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "contract_expiring")
    def on_contract_expiring(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "customer_claimed")
    def on_customer_claimed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "customer_released")
    def on_customer_released(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "customer_transferred")
    def on_customer_transferred(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "account_opened")
    def on_account_opened(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "follow_up_due")
    def on_follow_up_due(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("customer", "claim_lost")
    def on_claim_lost(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "node_entered")
    def on_node_entered(self, event: Event) -> None:
        ask_handlers(self.begin, event)

    @event_handler("workflow", "process_started")
    def on_process_started(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_returned")
    def on_process_returned(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_rejected")
    def on_process_rejected(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_withdrawn")
    def on_process_withdrawn(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_archived")
    def on_process_archived(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_urged")
    def on_process_urged(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_copied")
    def on_process_copied(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "process_effect_failed")
    def on_process_effect_failed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "task_due_soon")
    def on_task_due_soon(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "task_overdue")
    def on_task_overdue(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "task_deputed")
    def on_task_deputed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("workflow", "deputy_named")
    def on_deputy_named(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "price_in_force")
    def on_price_in_force(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "bill_made")
    def on_bill_made(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "bill_refused")
    def on_bill_refused(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "bill_rerated")
    def on_bill_rerated(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "bills_reconciled")
    def on_bills_reconciled(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "invoice_issued")
    def on_invoice_issued(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "bill_closed")
    def on_bill_closed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "invoice_reversed")
    def on_invoice_reversed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "account_recharged")
    def on_account_recharged(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "balance_low")
    def on_balance_low(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("billing", "billing_cycle_changed")
    def on_billing_cycle_changed(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "receipt_matched")
    def on_receipt_matched(self, event: Event) -> None:
        gather_receipts(self.begin, event)

    @event_handler("payments", "receipt_unmatched")
    def on_receipt_unmatched(self, event: Event) -> None:
        gather_receipts(self.begin, event)

    @event_handler("payments", "write_off_started")
    def on_write_off_started(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "receivable_settled")
    def on_receivable_settled(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "interest_accrued")
    def on_interest_accrued(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "commission_earned")
    def on_commission_earned(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "commission_taken_back")
    def on_commission_taken_back(self, event: Event) -> None:
        post_messages(self.begin, event)

    @event_handler("payments", "write_off_reversed")
    def on_write_off_reversed(self, event: Event) -> None:
        post_messages(self.begin, event)
