from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header


class Language:
    """Italian, unless the person chose otherwise; machines say what they want in each call.

    Django's own middleware follows the browser; ward computers with an English browser are common,
    and a clinician must find the same words on all of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(asked_of_api(request) if is_api(request) else chosen(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if is_api(request):
            patch_vary_headers(response, ["Accept-Language"])
        return response


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def chosen(request: HttpRequest) -> str:
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def asked_of_api(request: HttpRequest) -> str:
    """A machine says what it wants in the header made for it."""
    wanted = request.headers.get("Accept-Language", "")
    codes = (code.partition("-")[0] for code, _priority in parse_accept_lang_header(wanted))
    return next((code for code in codes if code in dict(settings.LANGUAGES)), settings.LANGUAGE_CODE)


class NoStore:
    """What a signed-in person sees stays out of the browser's cache: ward computers are shared."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
