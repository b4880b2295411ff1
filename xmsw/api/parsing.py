"""Bodies: JSON and nothing else, no larger than the settings allow, no NUL, no NaN."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class JSONBody(BaseParser):
    """UTF-8 JSON as RFC 8259 has it. The view says how much it takes (`most`) and is told the digest of what came."""

    media_type = "application/json"

    def parse(self, stream: BinaryIO, media_type: str | None = None, parser_context: dict | None = None) -> Any:
        """The value; raises ParseError, RequestDataTooBig."""
        view = (parser_context or {}).get("view")
        most = getattr(view, "most", 0) or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        if view is not None:
            view.digest = hashlib.sha256(body).hexdigest()
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError from error
