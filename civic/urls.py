"""The addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path, register_converter

from civic import health, views
from civic.admin import picker


class SizeConverter:
    """The two sizes a picture is kept in; any other address is not found."""

    regex = "large|small"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SizeConverter, "size")

urlpatterns = [
    # Before the admin: its catch-all would swallow the addresses.
    path("admin/editor/upload/", views.editor_upload, name="editor_upload"),
    path("admin/figures/picker/", picker.figure_picker, name="figure_picker"),
    path("admin/figures/uncited/", picker.uncited_numbers, name="uncited_numbers"),
    path("admin/", admin.site.urls),
    path("media/pictures/<uuid:key>/<size:size>.webp", views.picture, name="picture"),
    # What browsers ask for on pages that name no icon: error pages, files, the back office.
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("", include("releases.urls")),
    path("", include("portal.urls")),
]

handler400 = "civic.refusals.bad_request"
handler403 = "civic.refusals.forbidden"
handler500 = "civic.refusals.server_error"
