"""What a client may be allowed to do, and the permission that asks for it.

A view says which scope each method needs, and whether somebody has to be acted for:

    required_scopes = {"GET": "applications:read", "POST": "applications:write"}
    needs_person = False  # the catalogue is nobody's; True where nothing is said

A method without a scope is closed to clients; so is a view whose `action` is none of theirs (acting_for.py).
Who is signed in with a browser needs no scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.acting_for import Acting, why_not_through_client
from approvals.workflow import Action

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCOPES: dict[str, Promise] = {
    "catalogue:read": gettext_lazy("Read the catalogue and compute doses"),
    "applications:read": gettext_lazy("Read applications"),
    "applications:write": gettext_lazy("Write applications, send them, answer questions"),
    "letters:read": gettext_lazy("Read letters"),
    "treatments:read": gettext_lazy("Read authorisations, dispensings and reassessments"),
    "treatments:write": gettext_lazy("Record infusions and reassessments"),
    "deadlines:read": gettext_lazy("Read deadlines"),
}


class MissingScope(PermissionDenied):
    """403, with the challenge that RFC 6750 asks for."""

    default_code = "missing_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(
            _("The token lacks the scope “%(scope)s”: ask for it, or have it allowed.") % {"scope": scope}
        )
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


class NotForClients(PermissionDenied):
    default_code = "not_for_clients"


class NobodyActedFor(PermissionDenied):
    default_code = "nobody_acted_for"


class HasScope(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        acting: Any = request.auth
        if not isinstance(acting, Acting):
            return True
        method = "GET" if request.method in ("HEAD", "OPTIONS") else request.method
        wanted = getattr(view, "required_scopes", {}).get(method)
        if wanted is None:
            raise NotForClients(_("This is not open to other systems: a person does it at the screen."))
        if wanted not in acting.scopes:
            raise MissingScope(wanted)
        if acting.mandate is None and getattr(view, "needs_person", True):
            raise NobodyActedFor(
                _("Say for whom: the header Nullaosta-Acting-For names the prescriber's user name.")
            )
        action = getattr(view, "action", None)
        if isinstance(action, Action) and (reason := why_not_through_client(acting, action)):
            raise NotForClients(reason)
        return True
