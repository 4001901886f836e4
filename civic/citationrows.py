"""Citation rows: reads of the numbers that cite a figure, by document, figure and state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models

if TYPE_CHECKING:
    from civic.accounts import User


class CitationQuerySet(models.QuerySet[Any]):
    def of(self, document: models.Model) -> Self:
        kind = ContentType.objects.get_for_model(document)
        return self.filter(content_type=kind, object_id=document.pk)

    def failing(self) -> Self:
        """Those that may not be published as they stand."""
        states = self.model.State
        return self.filter(state__in=[one for one in states if one != states.OK])

    def citing(self, figure: str) -> Self:
        return self.filter(figure=figure)

    def checked_now(self) -> Self:
        """Of drafts and of what the public reads or soon will: these have to hold."""
        return self.within(lambda rows: rows.drafts_and_live())

    def rechecked(self) -> Self:
        """These, and those of texts withdrawn as out of date, which stay readable.

        Nobody can settle a number there, and its note says that it is old: it is listed with its
        figure, but it is no work for the desk and fails nothing.
        """
        return self.within(
            lambda rows: rows.drafts_and_live(),
            lambda rows: rows.outdated() if hasattr(rows, "outdated") else rows.none(),
        )

    def seen_by(self, user: User) -> Self:
        """Of the documents this person may see, but those put away: nobody rechecks them.

        What is put away is little and is left out by itself: an index then gives the newest of
        the others at once.
        """
        return self.within(
            lambda rows: rows.visible_to(user) if hasattr(rows, "visible_to") else rows,
            but=lambda rows: rows.put_away() if hasattr(rows, "put_away") else rows.none(),
            user=user,
        )

    def within(
        self,
        *choices: Callable[[Any], Any],
        but: Callable[[Any], Any] | None = None,
        user: User | None = None,
    ) -> Self:
        """Of the documents these choose, without `but`, of kinds the rights of `user` include."""
        wanted = models.Q(pk__in=[])
        found = self
        for pk in self.order_by().values_list("content_type", flat=True).distinct():
            model = ContentType.objects.get_for_id(pk).model_class()
            if model is None or not hasattr(model, "cited_texts"):
                continue
            label, name = model._meta.app_label, model._meta.model_name
            if user is not None and not user.has_perm(f"{label}.view_{name}"):
                continue
            for choose in choices:
                rows = choose(model._default_manager.all())
                some = models.Q(content_type=pk)
                if rows.query.has_filters():  # else all of the kind, which needs no look at them
                    some &= models.Q(object_id__in=rows.order_by().values("pk"))
                wanted |= some
            if but is not None:
                left_out = but(model._default_manager.all()).order_by().values("pk")
                found = found.exclude(content_type=pk, object_id__in=left_out)
        return found.filter(wanted)
