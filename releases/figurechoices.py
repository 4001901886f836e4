"""Choices of a large number: figures, their groups, regions; each looked up once a page."""

from __future__ import annotations

from functools import cached_property

from civic import figures
from civic.figures import GROUP, REGION, Figure
from civic.groups import Groups
from civic.units import Region

Listed = list[tuple[str, str]]
TOLD = 2  # figures named above the groups they share


class Choices:
    """What there is to choose, asked when it is needed, and not again."""

    def __init__(self) -> None:
        self._names: dict[Groups, dict[str, str]] = {}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {figure.name: figure for figure in figures.every()}

    @cached_property
    def public(self) -> list[Figure]:
        """What may be shown to the public."""
        return [figure for figure in self.figures.values() if figure.is_public]

    def has_group(self, figure: Figure, code: str) -> bool:
        return code in self._names_of(figure.groups)

    def _names_of(self, groups: Groups) -> dict[str, str]:
        if groups not in self._names:
            self._names[groups] = {code: str(label) for code, label in groups()}
        return self._names[groups]

    @cached_property
    def groups(self) -> list[tuple[str, Listed]]:
        """[(the figures that share these groups, [(code, name)…])…]"""
        sharing: dict[Groups, list[str]] = {}
        for figure in self.public:
            if GROUP in figure.accepts:
                sharing.setdefault(figure.groups, []).append(str(figure.label))
        return [
            ("、".join(labels[:TOLD]) + ("…" if len(labels) > TOLD else ""), list(names.items()))
            for groups, labels in sharing.items()
            if (names := self._names_of(groups))
        ]

    @cached_property
    def regions(self) -> Listed:
        """The tree, where a figure knows regions at all."""
        if not any(REGION in figure.accepts for figure in self.public):
            return []
        rows = Region.objects.filter(is_active=True).order_by("path")
        return [(one.code, f"{'　' * one.depth}{one.name}") for one in rows]
