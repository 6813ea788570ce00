"""Headers that every answer carries, static files included; a view that needs others sets its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

# Everything a browser could be asked for and we never ask.
UNUSED: Final = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    *("screen-wake-lock", "xr-spatial-tracking"),
)
HEADERS: Final = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    # Pages of others may neither embed nor read what is ours.
    "Cross-Origin-Resource-Policy": "same-origin",
    # A file is never guessed to be another kind, a Flash or PDF of others reads nothing here.
    "X-Permitted-Cross-Domain-Policies": "none",
}


class Headers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
