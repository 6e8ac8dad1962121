"""Documents set by typst, in the one font that knows Chinese; the same data gives the same bytes.

Data reaches a template as JSON in ``sys.inputs.data``: texts alone, so that nothing in them can be markup. Setting keeps the
processor busy: call it through :func:`services.kit.blocking.run_blocking` where green threads must go on.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

_FONTS: Final = Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc"


def set_pdf(template: Path, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """A document of pages.

    :param made_at: the document's date; nothing else of the moment gets into the file.
    """
    content: bytes = _typst().compile(
        template,
        format="pdf",
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs=_inputs(data),
        timestamp=int(made_at.timestamp()),
        pdf_tags=False,
    )
    return content


def set_svg(template: Path, data: Mapping[str, Any]) -> bytes:
    """A picture; the template gives it one page, as large as what is on it."""
    content: bytes = _typst().compile(
        template, format="svg", font_paths=[_FONTS], ignore_system_fonts=True, sys_inputs=_inputs(data)
    )
    return content


def _typst() -> Any:
    # Loaded with the first document: it is 80 MB, and most processes set none.
    return import_module("typst")


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}
