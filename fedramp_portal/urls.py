"""The portal's addresses: the admin desk, the API and the pages."""

from django.contrib import admin
from django.urls import include, path

handler400 = "authorizations.web.errors.bad_request"
handler403 = "authorizations.web.errors.permission_denied"
handler404 = "authorizations.web.errors.not_found"
handler500 = "authorizations.web.errors.server_error"

urlpatterns = [
    path("desk/", admin.site.urls),
    path("api/", include("authorizations.api.urls")),
    path("", include("authorizations.web.urls")),
]
