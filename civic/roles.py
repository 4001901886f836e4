"""Roles as data: who may do what, over which rows. The only source; groups are made from it.

Names and duties: DOMAIN §2.10; the three separated administrators (三员分立): GB/T 22239-2019.
Apps of upper storeys are named by label here, never imported.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Scope(enum.IntEnum):
    """Which rows a role sees: none, those of the unit, those of the unit's region, all."""

    NONE = 0
    UNIT = 1
    REGION = 2
    ALL = 3


@dataclass(frozen=True)
class Role:
    """A group: its name in code, its label, its scope, and its rights by model label."""

    name: str
    label: StrOrPromise
    scope: Scope
    grants: dict[str, str] = field(default_factory=dict)

    def codenames(self) -> set[str]:
        """{"releases.add_release", …}"""
        found = set()
        for model, acts in self.grants.items():
            app, name = model.split(".")
            found |= {f"{app}.{act}_{name}" for act in acts.split()}
        return found


# The media ledger and the honours: who reviews reads them, who writes keeps them.
LEDGERS_READ = {
    f"releases.{model}": "view"
    for model in (
        *("mediaaccount", "mediapost", "mediametric", "mediatopic", "topicmetric", "adoption"),
        *("timelineevent", "honortitle", "honoredition", "honoraward"),
    )
}
LEDGERS_KEPT = {
    "releases.mediaaccount": "view add change import export",
    "releases.mediapost": "view add change delete import export",
    "releases.mediametric": "view add change delete",
    "releases.mediatopic": "view add change export",
    "releases.topicmetric": "view add change delete",
    "releases.adoption": "view add change delete import export",
    "releases.timelineevent": "view add change delete import export",
    "releases.honortitle": "view add change",
    "releases.honoredition": "view add change",
    "releases.honoraward": "view add change delete import export",
}

ROLES: tuple[Role, ...] = (
    Role(
        "editor",
        _("Editor"),
        Scope.ALL,
        {
            "releases.release": "view add change submit import export",
            "releases.topic": "view",
            "releases.channel": "view",
            "releases.termrule": "view",
            **LEDGERS_KEPT,
            "civic.declaredfigure": "view",
            "civic.picture": "view add change",
            "civic.job": "view",
        },
    ),
    Role(
        "reviewer_1",
        _("First reviewer"),
        Scope.ALL,
        {
            "releases.release": "view change review_first export",
            "releases.topic": "view",
            "releases.channel": "view",
            "releases.termrule": "view",
            **LEDGERS_READ,
            "civic.declaredfigure": "view",
            "civic.picture": "view",
            "civic.job": "view",
        },
    ),
    Role(
        "reviewer_2",
        _("Second reviewer"),
        Scope.ALL,
        {
            "releases.release": "view change review_second export",
            "releases.topic": "view",
            "releases.channel": "view",
            "releases.termrule": "view",
            **LEDGERS_READ,
            "civic.declaredfigure": "view",
            "civic.picture": "view",
            "civic.job": "view",
        },
    ),
    Role(
        "reviewer_3",
        _("Final reviewer"),
        Scope.ALL,
        {
            "releases.release": "view change review_final publish withdraw pin export",
            "releases.topic": "view",
            "releases.channel": "view",
            "releases.termrule": "view",
            **LEDGERS_READ,
            "civic.declaredfigure": "view",
            "civic.picture": "view",
            "civic.job": "view",
        },
    ),
    Role("inspector", _("Inspector"), Scope.UNIT, {}),
    Role(
        "unit_liaison",
        _("Unit liaison"),
        Scope.UNIT,
        {
            "releases.release": "view add change submit",
            "civic.declaredfigure": "view",
            "civic.picture": "view add change",
            "civic.unit": "view",
            "civic.contact": "view add change delete",
        },
    ),
    Role("volunteer_manager", _("Volunteer organization manager"), Scope.UNIT, {}),
    Role(
        "office_staff",
        _("Office staff"),
        Scope.ALL,
        {
            "releases.release": "view add change submit import export pin",
            "releases.topic": "view add change",
            "releases.channel": "view add change",
            "releases.termrule": "view add change import export",
            **LEDGERS_KEPT,
            "civic.declaredfigure": "view add change export",
            "civic.picture": "view add change delete",
            "civic.unit": "view add change import export",
            "civic.contact": "view add change delete",
            "civic.region": "view add change import export",
            "civic.holiday": "view add change delete import export",
            "civic.job": "view",
            "civic.importbatch": "view",
        },
    ),
    Role(
        "office_chief",
        _("Office chief"),
        Scope.ALL,
        {
            "releases.release": ("view review_final publish publish_urgently withdraw pin export"),
            "releases.topic": "view add change",
            "releases.channel": "view add change",
            "releases.termrule": "view export",
            **LEDGERS_READ,
            "civic.declaredfigure": "view export",
            "civic.picture": "view",
            "civic.unit": "view export",
            "civic.contact": "view",
            "civic.region": "view export",
            "civic.holiday": "view",
            "civic.sitesettings": "view change",
            "civic.job": "view",
        },
    ),
    Role(
        "system_admin",
        _("System administrator"),
        Scope.ALL,
        {
            "civic.sitesettings": "view change",
            "civic.holiday": "view add change delete import export",
            "civic.region": "view add change import export",
            "civic.unit": "view add change import export",
            "civic.contact": "view add change delete",
            "civic.job": "view change",
            "civic.importbatch": "view",
        },
    ),
    Role(
        "security_admin",
        _("Security administrator"),
        Scope.ALL,
        {"civic.user": "view add change", "civic.unit": "view"},
    ),
    Role(
        "audit_admin",
        _("Audit administrator"),
        Scope.ALL,
        {"civic.auditevent": "view export", "civic.job": "view"},
    ),
)

BY_NAME = {role.name: role for role in ROLES}

# 三员分立: who runs the system, who gives rights and who audits are three people, and none of
# them does the work that is audited.
SEPARATED = ("system_admin", "security_admin", "audit_admin")


def conflict(names: set[str]) -> str:
    """Why one person may not hold all these roles; "" when they may."""
    alone = [BY_NAME[name] for name in SEPARATED if name in names]
    if not alone or len(names) == 1:
        return ""
    return gettext(
        "The role «%(role)s» stands alone: the three administrators are three people, and none"
        " of them holds another role. Choose only this one, or take it away."
    ) % {"role": alone[0].label}


def apply() -> None:
    """Make the groups, and their rights exactly what is written here."""
    from django.contrib.auth.models import Group, Permission

    rights = {
        f"{right.content_type.app_label}.{right.codename}": right
        for right in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        group, _made = Group.objects.get_or_create(name=role.name)
        wanted = {rights[name].pk for name in role.codenames()}
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)


def apply_after_migrate(sender: Any, **kwargs: Any) -> None:
    """post_migrate runs once an app; the last one finds all permissions made."""
    from django.apps import apps

    with_models = [config.name for config in apps.get_app_configs() if config.models_module]
    if sender.name == with_models[-1]:
        apply()
