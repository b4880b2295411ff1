"""One call sets a template of templates/print/ with data as PDF.

The typesetter is a library in a wheel of its own: no browser, no Pango, no font of the machine is needed. Data enter
as one JSON string, which the template parses: values, never source, so «#import», «$x$» and «*» print as they are.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse

TEMPLATES = settings.BASE_DIR / "templates" / "print"
FONTS = settings.BASE_DIR / "static" / "fonts"
TYPESETTER = Path(__file__).with_name("typesetter.py")
SECONDS = 60


class PrintError(RuntimeError):
    """A document that could not be set; the message is the typesetter's."""


def pdf(template: str, data: dict[str, Any], *, form: str = "pdf") -> bytes:
    """The bytes of a tagged PDF (PDF/UA-1): `template` is a file of templates/print/ without «.typ».

    A character that no font on the machine has prints as a box, and the file is then tagged without the claim.
    `form="png"` gives the first page as a picture. Raises PrintError where the template is wrong, `data` lacks what it
    reads, or the work takes more than SECONDS.
    """
    asked = {
        "template": str(TEMPLATES / f"{template}.typ"),
        "root": str(TEMPLATES),
        "fonts": str(FONTS),
        "format": form,
        "made_at": int(time.time()),
        "data": data,
    }
    command = [sys.executable, "-I", str(TYPESETTER)]
    words = json.dumps(asked, cls=DjangoJSONEncoder).encode()
    try:
        done = subprocess.run(command, input=words, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise PrintError(f"{template}: not set within {SECONDS} s") from error
    if done.returncode:
        raise PrintError(f"{template}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def pdf_response(name: str, content: bytes) -> FileResponse:
    """A download «<name>.pdf»."""
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{name}.pdf", content_type="application/pdf")
