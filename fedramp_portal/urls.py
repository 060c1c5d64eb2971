"""The portal's addresses: the admin, the API and the pages."""

from django.contrib import admin
from django.urls import include, path

handler400 = "authorizations.web.error_pages.bad_request"
handler403 = "authorizations.web.error_pages.permission_denied"
handler404 = "authorizations.web.error_pages.not_found"
handler500 = "authorizations.web.error_pages.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("authorizations.api.urls")),
    path("", include("authorizations.web.urls")),
]
