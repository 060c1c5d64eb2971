"""The entry for web servers: gunicorn in production, waitress in `serve`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedramp_portal.settings")

application = get_wsgi_application()
