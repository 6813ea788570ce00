from django.urls import URLPattern, path, re_path

from catalogue.views import editing, editions, importing, publishing, reading

EDITION = "catalogo/edizioni/<slug:edition>/"

# The editions first: the last address would take "edizioni" for the code of one.
urlpatterns: list[URLPattern] = [
    path("catalogo/", reading.catalogue, name="catalogue"),
    path("catalogo/edizioni/", editions.editions, name="editions"),
    path("catalogo/edizioni/nuova/", editing.new, name="edition-new"),
    path("catalogo/edizioni/importa/", importing.upload, name="import"),
    path("catalogo/edizioni/importa/<int:pk>/", importing.preview, name="import-preview"),
    path(EDITION, editions.edition, name="edition"),
    path(EDITION + "differenze/", editions.compared, name="edition-compared"),
    re_path(
        r"^catalogo/edizioni/(?P<edition>[-\w]+)/catalogo\.(?P<format>xlsx|json)$",
        editions.export,
        name="edition-export",
    ),
    path(EDITION + "intestazione/", editing.heading, name="edition-heading"),
    path(EDITION + "elimina/", editing.discard, name="edition-discard"),
    path(EDITION + "pubblica/", publishing.publish, name="edition-publish"),
    path(EDITION + "righe/nuova/", editing.row, name="row-new"),
    path(EDITION + "righe/<slug:code>/", editing.row, name="row-edit"),
    path(EDITION + "righe/<slug:code>/togli/", editing.remove, name="row-remove"),
    path("catalogo/<slug:edition>/<slug:code>/", reading.indication, name="indication"),
]
