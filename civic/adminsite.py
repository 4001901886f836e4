"""The admin site: Django's own, with the office's name and a desk as its index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from civic import signin_views

HOUSE = {
    "portal",
    "releases",
    "participation",
    "rectification",
    "evaluations",
    "campaigns",
    "volunteers",
    "civic",
}


class CivicAdminSite(AdminSite):
    """Sign-in with a second factor, and no short-cut that tells addresses of rows."""

    login_form = signin_views.SignInForm
    index_title = gettext_lazy("Desk")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only the house's own: groups, devices and queues of other packages know no scope."""
        given = model_or_iterable
        models = given if isinstance(given, Iterable) else [given]
        ours = [model for model in models if model._meta.app_label in HOUSE]
        super().register(ours, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # The admin's modules register with this site: they cannot be imported before it is made.
        from civic.admin import figures, rechecks

        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        own = [
            path("login/code/", self.code, name="code"),
            path("second-factor/", self.admin_view(self.second_factor), name="second_factor"),
            path("figures/", self.admin_view(figures.figure_list), name="figures"),
            path("figures/-/check/", self.admin_view(rechecks.start), name="figures_recheck"),
            path("figures/<slug:name>/", self.admin_view(figures.figure), name="figure"),
            path(
                "figures/<slug:name>/<slug:form>/",
                self.admin_view(figures.export),
                name="figure_export",
            ),
        ]
        return [*own, *urls]

    @method_decorator([never_cache, csrf_protect, sensitive_post_parameters()])
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Sign in"),
            "subtitle": None,
            **(extra_context or {}),
        }
        return signin_views.SignIn.as_view(extra_context=context)(request)

    @method_decorator([never_cache, csrf_protect])
    def code(self, request: HttpRequest) -> HttpResponse:
        return signin_views.code(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return signin_views.sign_out(
            request,
            {**self.each_context(request), "has_permission": False, **(extra_context or {})},
        )

    @method_decorator(sensitive_post_parameters())
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {**self.each_context(request), **(extra_context or {})}
        return signin_views.ChangePassword.as_view(
            extra_context=context, success_url=reverse("admin:index")
        )(request)

    @method_decorator(sensitive_post_parameters())
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        return signin_views.second_factor(request, self.each_context(request))
