"""The workflow service: entrypoints only."""

from typing import Any
from uuid import UUID

from services.contracts import workflow_admin_calls as administration
from services.contracts import workflow_calls as calls
from services.contracts import workflow_deputy_calls as deputies
from services.contracts import workflow_list_calls as lists
from services.contracts import workflow_paper_calls as papers
from services.contracts import workflow_statistics_calls as statistics
from services.contracts.holdings import ProcessesHeld
from services.contracts.sections import SectionQuery
from services.contracts.startable import OfferedProcesses
from services.contracts.workflow import EVENTS
from services.kit.answered_calls import once, once_apart_from
from services.kit.bus.audit import AuditCalls
from services.kit.bus.events import event_handler
from services.kit.bus.jobs import JobCalls
from services.kit.bus.list_files import ListFileCalls
from services.kit.bus.rpc import ServiceClient, rpc
from services.kit.bus.work import Telemetry, UnitsOfWork
from services.kit.envelope import Event
from services.kit.health import Health
from services.kit.schema import dump, load
from services.workflow.store.figures import FIGURES
from services.workflow.tasks import tasks
from services.workflow.usecases.add_approver import add_approver
from services.workflow.usecases.add_attachment import add_attachment
from services.workflow.usecases.advise_task import advise_task
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.approve_tasks import approve_tasks
from services.workflow.usecases.ask_owner import Owners
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.copy_definition import copy_definition
from services.workflow.usecases.copy_department import copy_department
from services.workflow.usecases.copy_process import copy_process
from services.workflow.usecases.copy_user import copy_user
from services.workflow.usecases.count_held_processes import count_held_processes
from services.workflow.usecases.count_processes import count_processes
from services.workflow.usecases.delegate_task import delegate_task
from services.workflow.usecases.delete_draft import delete_draft
from services.workflow.usecases.draw_definition import draw_definition, draw_definition_draft
from services.workflow.usecases.dry_run_definition import dry_run_definition
from services.workflow.usecases.end_cancelled_write_off import end_cancelled_write_off
from services.workflow.usecases.end_deputy import end_deputy
from services.workflow.usecases.export_list import LISTS
from services.workflow.usecases.list_definition_drafts import list_definition_drafts
from services.workflow.usecases.list_definition_versions import list_definition_versions
from services.workflow.usecases.list_definitions import list_definitions
from services.workflow.usecases.list_deputies import list_deputies
from services.workflow.usecases.list_drafts import list_drafts
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.list_startable_processes import list_startable_processes
from services.workflow.usecases.name_deputy import name_deputy
from services.workflow.usecases.note_effect import note_effect, note_effect_failed
from services.workflow.usecases.publish_definition import publish_definition
from services.workflow.usecases.reassign_task import reassign_task
from services.workflow.usecases.recall_task import recall_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.remove_definition_draft import remove_definition_draft
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.retry_effect import retry_effect
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.save_definition_draft import save_definition_draft
from services.workflow.usecases.save_draft import save_draft
from services.workflow.usecases.show_attachment import show_attachment
from services.workflow.usecases.show_customer_processes import show_customer_processes
from services.workflow.usecases.show_definition import show_definition
from services.workflow.usecases.show_definition_draft import show_definition_draft
from services.workflow.usecases.show_draft import show_draft
from services.workflow.usecases.show_process import show_process
from services.workflow.usecases.show_statistics import show_statistics
from services.workflow.usecases.start_automatic_write_off import start_automatic_write_off
from services.workflow.usecases.start_process import start_process
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.urge_process import urge_process
from services.workflow.usecases.withdraw_process import withdraw_process


class WorkflowService(Health, AuditCalls, JobCalls, ListFileCalls):
    """Approvals: process definitions, processes, their tasks and attachments."""

    name = "workflow"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()
    figures = FIGURES
    tasks = tasks
    lists = LISTS
    customer = ServiceClient("customer")
    billing = ServiceClient("billing")
    payments = ServiceClient("payments")

    @property
    def owners(self) -> Owners:
        """Whom to ask about a process, by the service that owns its facts."""
        owners = {"customer": self.customer, "billing": self.billing, "payments": self.payments}
        return {name: owner.prepare_process for name, owner in owners.items()}

    @rpc
    def list_definitions(self, query: dict[str, Any] | None = None) -> Any:
        wanted = load(administration.DefinitionQuery, query or {})
        return dump(administration.Definitions, {"items": list_definitions(self.begin, **wanted)})

    @rpc
    def list_startable_processes(self) -> Any:
        return dump(OfferedProcesses, list_startable_processes(self.begin))

    @rpc
    def show_definition(self, code: str, query: dict[str, Any] | None = None) -> Any:
        wanted = load(administration.VersionQuery, query or {})
        return dump(administration.ShownDefinition, show_definition(self.begin, code, **wanted))

    @rpc
    def list_definition_versions(self, code: str, query: dict[str, Any]) -> Any:
        wanted = load(administration.DefinitionVersionQuery, query)
        return dump(administration.DefinitionVersionPage, list_definition_versions(self.begin, code, **wanted))

    @rpc
    def draw_definition(self, code: str, query: dict[str, Any]) -> Any:
        wanted = load(administration.VersionQuery, query)
        return dump(administration.DefinitionPicture, draw_definition(self.begin, code, **wanted))

    @rpc
    def publish_definition(self, request: dict[str, Any]) -> Any:
        published = publish_definition(self.begin, **load(administration.PublishDefinition, request))
        return dump(administration.ShownDefinition, published)

    @rpc
    def dry_run_definition(self, request: dict[str, Any]) -> Any:
        result = dry_run_definition(self.begin, **load(administration.DryRun, request))
        return dump(administration.DryRunResult, result)

    @rpc
    def copy_definition(self, code: str, request: dict[str, Any]) -> Any:
        draft = copy_definition(self.begin, code, **load(administration.CopyDefinition, request))
        return dump(administration.DefinitionDraft, draft)

    @rpc
    def list_definition_drafts(self) -> Any:
        return dump(administration.DefinitionDrafts, {"items": list_definition_drafts(self.begin)})

    @rpc
    def show_definition_draft(self, code: str) -> Any:
        return dump(administration.DefinitionDraft, show_definition_draft(self.begin, code))

    @rpc
    def draw_definition_draft(self, code: str) -> Any:
        return dump(administration.DefinitionPicture, draw_definition_draft(self.begin, code))

    @rpc
    def save_definition_draft(self, code: str, request: dict[str, Any]) -> Any:
        draft = save_definition_draft(self.begin, code, **load(administration.SaveDefinitionDraft, request))
        return dump(administration.DefinitionDraft, draft)

    @rpc
    def remove_definition_draft(self, code: str, request: dict[str, Any]) -> None:
        remove_definition_draft(self.begin, code, **load(administration.RemoveDefinitionDraft, request))

    @rpc
    def show_statistics(self, query: dict[str, Any]) -> Any:
        return dump(statistics.Statistics, show_statistics(self.begin, **load(statistics.StatisticsQuery, query)))

    @rpc
    def start_process(self, request: dict[str, Any]) -> Any:
        process_id = start_process(self.begin, self.owners, **load(calls.StartProcess, request))
        return self._page(process_id)

    @rpc
    def show_process(self, process_id: str) -> Any:
        return self._page(UUID(process_id))

    @rpc
    def list_processes(self, query: dict[str, Any]) -> Any:
        return dump(lists.ProcessPage, list_processes(self.begin, **load(lists.ProcessQuery, query)))

    @rpc
    def show_customer_processes(self, customer_id: str, query: dict[str, Any]) -> Any:
        shown = show_customer_processes(self.begin, UUID(customer_id), **load(SectionQuery, query))
        return dump(lists.ProcessSection, shown)

    @rpc
    def count_processes(self, query: dict[str, Any]) -> Any:
        return dump(lists.ProcessCounts, count_processes(self.begin, **load(lists.CountQuery, query)))

    @rpc
    @once
    def withdraw_process(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(withdraw_process(self.begin, UUID(process_id), **load(calls.Withdraw, request)))

    @rpc
    def resubmit_process(self, process_id: str, request: dict[str, Any]) -> Any:
        resubmit_process(self.begin, self.owners, UUID(process_id), **load(calls.Resubmit, request))
        return self._page(UUID(process_id))

    @rpc
    @once
    def comment_process(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(comment_process(self.begin, UUID(process_id), **load(calls.Comment, request)))

    @rpc
    def approve_task(self, task_id: str, request: dict[str, Any]) -> Any:
        process_id = approve_task(self.begin, self.owners, UUID(task_id), **load(calls.Approve, request))
        return self._page(process_id)

    @rpc
    def approve_tasks(self, request: dict[str, Any]) -> Any:
        outcomes = approve_tasks(self.begin, self.owners, **load(lists.ApproveTasks, request))
        approved = sum(outcome["is_approved"] for outcome in outcomes)
        return dump(lists.TaskOutcomes, {"approved": approved, "items": outcomes})

    @rpc
    @once
    def reject_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(reject_task(self.begin, UUID(task_id), **load(calls.Reject, request)))

    @rpc
    @once
    def return_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(return_task(self.begin, UUID(task_id), **load(calls.Return, request)))

    @rpc
    @once
    def transfer_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(transfer_task(self.begin, UUID(task_id), **load(calls.TransferTask, request)))

    @rpc
    @once
    def delegate_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(delegate_task(self.begin, UUID(task_id), **load(calls.TransferTask, request)))

    @rpc
    @once
    def advise_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(advise_task(self.begin, UUID(task_id), **load(calls.Advise, request)))

    @rpc
    @once
    def add_approver(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(add_approver(self.begin, UUID(task_id), **load(calls.AddApprover, request)))

    @rpc
    @once
    def reassign_task(self, task_id: str, request: dict[str, Any]) -> Any:
        return self._page(reassign_task(self.begin, UUID(task_id), **load(calls.TransferTask, request)))

    @rpc
    @once
    def recall_task(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(recall_task(self.begin, UUID(process_id), **load(calls.Words, request)))

    @rpc
    @once
    def urge_process(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(urge_process(self.begin, UUID(process_id), **load(calls.Words, request)))

    @rpc
    @once
    def copy_process(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(copy_process(self.begin, UUID(process_id), **load(calls.Copy, request)))

    @rpc
    @once
    def retry_effect(self, process_id: str, request: dict[str, Any]) -> Any:
        return self._page(retry_effect(self.begin, UUID(process_id), **load(calls.Words, request)))

    @rpc
    def list_deputies(self, query: dict[str, Any]) -> Any:
        return dump(deputies.Deputies, list_deputies(self.begin, **load(deputies.DeputyQuery, query)))

    @rpc
    @once
    def name_deputy(self, request: dict[str, Any]) -> Any:
        return dump(deputies.Deputy, name_deputy(self.begin, **load(deputies.NameDeputy, request)))

    @rpc
    def end_deputy(self, deputy_id: str) -> None:
        end_deputy(self.begin, UUID(deputy_id))

    @rpc
    @once_apart_from("key")
    def add_attachment(self, attachment: dict[str, Any]) -> Any:
        return dump(papers.Attachment, add_attachment(self.begin, **load(papers.AddAttachment, attachment)))

    @rpc
    def show_attachment(self, attachment_id: str) -> Any:
        return dump(papers.StoredAttachment, show_attachment(self.begin, UUID(attachment_id)))

    @rpc
    def list_drafts(self) -> Any:
        return dump(papers.Drafts, {"items": list_drafts(self.begin)})

    @rpc
    def show_draft(self, key: str) -> Any:
        return dump(papers.Draft, show_draft(self.begin, key))

    @rpc
    def save_draft(self, key: str, draft: dict[str, Any]) -> Any:
        named = load(papers.DraftKey, {"key": key})
        return dump(papers.Draft, save_draft(self.begin, **named, **load(papers.SaveDraft, draft)))

    @rpc
    def delete_draft(self, key: str) -> None:
        delete_draft(self.begin, key)

    @rpc
    def count_held_processes(self, user_id: str) -> Any:
        return dump(ProcessesHeld, count_held_processes(self.begin, UUID(user_id)))

    @event_handler("gateway", "user_changed")
    def on_user_changed(self, event: Event) -> None:
        copy_user(self.begin, event)

    @event_handler("gateway", "department_changed")
    def on_department_changed(self, event: Event) -> None:
        copy_department(self.begin, event)

    @event_handler("payments", "write_off_started")
    def on_write_off_started(self, event: Event) -> None:
        start_automatic_write_off(self.begin, event)

    @event_handler("payments", "write_off_cancelled")
    def on_write_off_cancelled(self, event: Event) -> None:
        end_cancelled_write_off(self.begin, event)

    @event_handler("customer", "process_applied")
    def on_applied_by_customer(self, event: Event) -> None:
        note_effect(self.begin, event)

    @event_handler("billing", "process_applied")
    def on_applied_by_billing(self, event: Event) -> None:
        note_effect(self.begin, event)

    @event_handler("payments", "process_applied")
    def on_applied_by_payments(self, event: Event) -> None:
        note_effect(self.begin, event)

    @event_handler("customer", "process_apply_failed")
    def on_apply_failed_by_customer(self, event: Event) -> None:
        note_effect_failed(self.begin, event)

    @event_handler("billing", "process_apply_failed")
    def on_apply_failed_by_billing(self, event: Event) -> None:
        note_effect_failed(self.begin, event)

    @event_handler("payments", "process_apply_failed")
    def on_apply_failed_by_payments(self, event: Event) -> None:
        note_effect_failed(self.begin, event)

    def _page(self, process_id: UUID) -> Any:
        return dump(calls.Process, show_process(self.begin, process_id))
