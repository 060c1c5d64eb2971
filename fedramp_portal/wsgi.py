"""The entry for web servers: gunicorn in production, waitress in `serve`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from accounts import database_patience
from authorizations.checks import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedramp_portal.settings")

application = get_wsgi_application()
# A web server asks no system checks: an address without a rule must not be served by it either.
refuse_to_start()
database_patience.install()
# What is loaded stays: looked through again, it holds up one page in a hundred for a tenth of a second.
gc.freeze()
