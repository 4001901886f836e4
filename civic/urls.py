"""The addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("releases/", include("releases.urls")),
    path("", include("portal.urls")),
]
