"""The refusals that only a door has, beside the kit's."""

from services.kit.errors import Refusal


class BadRequest(Refusal):
    """The request itself cannot be read."""

    kind = "bad_request"
    status = 400


class Unauthenticated(Refusal):
    """Nobody we know asks."""

    kind = "unauthenticated"
    status = 401


class MethodNotAllowed(Refusal):
    kind = "method_not_allowed"
    status = 405


class PreconditionFailed(Refusal):
    """``If-Match`` names a version that is no more."""

    kind = "precondition_failed"
    status = 412


class BodyTooLarge(Refusal):
    kind = "body_too_large"
    status = 413


class MediaTypeNotSupported(Refusal):
    kind = "media_type_not_supported"
    status = 415


class RangeNotSatisfiable(Refusal):
    """A range that the file has not."""

    kind = "range_not_satisfiable"
    status = 416


class InternalError(Refusal):
    """A fault of ours, of which the caller learns no more than this."""

    kind = "internal_error"
    status = 500
