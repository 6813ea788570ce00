"""What the frame of every page knows of the session."""

from typing import Any

from django.http import HttpRequest

from entrance import limits


def session(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "session_left": limits.left(request.session),
        "session_left_in_all": limits.left_in_all(request.session),
    }
