"""The kinds of approvals."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import workflow_admin_calls as calls
from services.contracts.workflow_definitions import PublishedDefinition
from services.kit.bus.rpc import ServiceClient


class ProcessDefinitionRoutes:
    """``/process-definitions``."""

    workflow = ServiceClient("workflow")

    @route("GET", "/process-definitions", permission="processes.read", answer=calls.Definitions)
    def list_definitions(self, request: ApiRequest) -> Any:
        """Every kind of process in its newest version."""
        return self.workflow.list_definitions()

    @route("GET", "/process-definitions/<code>", permission="processes.read", answer=PublishedDefinition)
    def show_definition(self, request: ApiRequest, code: str) -> Any:
        return self.workflow.show_definition(code)
