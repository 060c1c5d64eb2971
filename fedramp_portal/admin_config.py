"""Puts our own admin site, the admin, in the place of Django's."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "authorizations.admin.site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        # The site is in the same package: registering while it is imported would fill a site that is then replaced.
        import_module("authorizations.admin.registry")
