"""The description of the HTTP interface (spec, gateway.md, "HTTP conventions"; deploy/decisions/0029).

``document`` puts it together, ``answers`` knows what a route can answer, ``shapes`` what the schemas are in JSON Schema, and
``examples`` makes requests and answers that fit them.
"""

from gateway.openapi.document import openapi_of, routes_of

__all__ = ["openapi_of", "routes_of"]
