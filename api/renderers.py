"""Answers that are files, as the description names them; what is written is JSON, whatever was accepted."""

from __future__ import annotations

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer


class Bytes(BaseRenderer):
    """Bytes as they are. A problem stays JSON: `api.problems.answer` says so in its content type."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class Pdf(Bytes):
    media_type = "application/pdf"
    format = "pdf"


class Jpeg(Bytes):
    media_type = "image/jpeg"
    format = "jpeg"


class Png(Bytes):
    media_type = "image/png"
    format = "png"


FILES = [JSONRenderer, Pdf, Jpeg, Png]
