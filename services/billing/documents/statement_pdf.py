"""The statement as PDF, set by typst: the same data gives the same bytes (spec, billing.md, "Reconciliation")."""

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from services.kit.typesetting import set_pdf

_TEMPLATE: Final = Path(str(files(__package__) / "statement.typ"))


def render_pdf(statement: Mapping[str, Any], made_at: datetime) -> bytes:
    """Set a statement. Takes the processor for 0.1 s a few pages, some seconds two hundred.

    :param statement: texts as they shall stand there, as ``usecases.freeze_statement`` writes them down.
    :param made_at: the document's date.
    """
    return set_pdf(_TEMPLATE, statement, made_at)
