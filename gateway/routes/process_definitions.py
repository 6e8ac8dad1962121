"""The kinds of approvals: what they are, and how administrators change them (spec, workflow.md, "Administration")."""

from collections.abc import Iterable
from typing import Any, Final

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from gateway.prints.definition_picture import definition_svg
from gateway.wording import field_message
from services.contracts import workflow_admin_calls as calls
from services.kit.blocking import run_blocking
from services.kit.bus.rpc import ServiceClient

SVG: Final = "image/svg+xml"


class ProcessDefinitionRoutes:
    """``/process-definitions``, ``/process-definition-drafts``."""

    workflow = ServiceClient("workflow")

    @route("GET", "/process-definitions", permission="processes.read", query=calls.DefinitionQuery, answer=calls.Definitions)
    def list_definitions(self, request: ApiRequest) -> Any:
        """Every kind of process in the version in force; which of them the caller may start, and where a newer one waits."""
        return self.workflow.list_definitions(request.query)

    @route(
        "GET", "/process-definitions/<code>", permission="processes.read", query=calls.VersionQuery, answer=calls.ShownDefinition
    )
    def show_definition(self, request: ApiRequest, code: str) -> Any:
        """A kind of process in the version in force, or in another one."""
        return self.workflow.show_definition(code, request.query)

    @route("GET", "/process-definitions/<code>.svg", permission="processes.read", query=calls.VersionQuery, media_type=SVG)
    def draw_definition(self, request: ApiRequest, code: str) -> Response:
        """A definition as a picture: its nodes in order, who acts, what passes by itself, time limits."""
        return _picture(self.workflow.draw_definition(code, request.query), request.language)

    @route(
        "GET",
        "/process-definitions/<code>/versions",
        permission="processes.read",
        query=calls.DefinitionVersionQuery,
        answer=calls.DefinitionVersionPage,
    )
    def list_definition_versions(self, request: ApiRequest, code: str) -> Any:
        """Every version, who published it when and why, and how many processes stay on it; the newest first."""
        return self.workflow.list_definition_versions(code, request.query)

    @route(
        "POST",
        "/process-definitions",
        permission="definitions.write",
        body=calls.PublishDefinition,
        answer=calls.ShownDefinition,
        status=201,
        refuses=(404,),
        takes_tag=True,
    )
    def publish_definition(self, request: ApiRequest) -> Any:
        """Publish an edition as the next version; processes that run stay on theirs. Which version was seen stands in the body or
        in ``If-Match``; 409, or 412, if somebody published meanwhile."""
        return self.workflow.publish_definition(request.change)

    @route(
        "POST",
        "/process-definitions/dry-run",
        permission="definitions.write",
        body=calls.DryRun,
        answer=calls.DryRunResult,
        refuses=(404,),
    )
    def dry_run_definition(self, request: ApiRequest) -> Any:
        """What a start with a sample form would meet: the form's errors, and the whole way by names. Nothing is stored."""
        result = self.workflow.dry_run_definition(request.body)
        return {**result, "errors": _worded(result["errors"], request.language)}

    @route(
        "POST",
        "/process-definitions/<code>/copy",
        permission="definitions.write",
        body=calls.CopyDefinition,
        answer=calls.DefinitionDraft,
        status=201,
    )
    def copy_definition(self, request: ApiRequest, code: str) -> Any:
        """Copy a version, that in force or an older one, into the definition's draft."""
        return _worded_draft(self.workflow.copy_definition(code, request.body), request.language)

    @route("GET", "/process-definition-drafts", permission="definitions.write", answer=calls.DefinitionDrafts)
    def list_definition_drafts(self, request: ApiRequest) -> Any:
        """The drafts of definitions, the one changed last first."""
        return self.workflow.list_definition_drafts()

    @route("GET", "/process-definition-drafts/<code>", permission="definitions.write", answer=calls.DefinitionDraft)
    def show_definition_draft(self, request: ApiRequest, code: str) -> Any:
        """A draft, with everything that keeps it from being published."""
        return _worded_draft(self.workflow.show_definition_draft(code), request.language)

    @route("GET", "/process-definition-drafts/<code>.svg", permission="definitions.write", media_type=SVG, refuses=(422,))
    def draw_definition_draft(self, request: ApiRequest, code: str) -> Response:
        """A draft without faults as a picture."""
        return _picture(self.workflow.draw_definition_draft(code), request.language)

    @route(
        "PUT",
        "/process-definition-drafts/<code>",
        permission="definitions.write",
        body=calls.SaveDefinitionDraft,
        answer=calls.DefinitionDraft,
    )
    def save_definition_draft(self, request: ApiRequest, code: str) -> Any:
        """Save a draft, faulty or not. Which version of it was seen stands in the body (0 for none) or in ``If-Match``."""
        return _worded_draft(self.workflow.save_definition_draft(code, request.change), request.language)

    @route(
        "DELETE",
        "/process-definition-drafts/<code>",
        permission="definitions.write",
        body=calls.RemoveDefinitionDraft,
        status=204,
    )
    def remove_definition_draft(self, request: ApiRequest, code: str) -> Any:
        """Remove a draft. Which version of it was seen stands in the body or in ``If-Match``."""
        return self.workflow.remove_definition_draft(code, request.change)


def _picture(picture: dict[str, Any], language: str) -> Response:
    return Response(run_blocking(definition_svg, picture, language), content_type=SVG, headers={"Content-Language": language})


def _worded_draft(draft: dict[str, Any], language: str) -> dict[str, Any]:
    return {**draft, "faults": _worded(draft["faults"], language)}


def _worded(errors: Iterable[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    return [{**error, "message": field_message(error["code"], language)} for error in errors]
