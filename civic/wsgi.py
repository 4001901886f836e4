"""The WSGI door: what the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")
os.environ.setdefault("STATEMENT_TIMEOUT_MS", "5000")  # a page waits no longer for PostgreSQL

application = get_wsgi_application()
