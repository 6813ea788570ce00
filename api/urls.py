from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from api.views import IndicationViewSet

router = SimpleRouter()
router.register("indications", IndicationViewSet, basename="api-indication")

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include(router.urls))]
