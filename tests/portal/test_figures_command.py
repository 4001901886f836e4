"""The command `figures` over the demo town: the wordings the great press conference was given."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import pgettext

from portal.demo import media, town
from tests import make

pytestmark = pytest.mark.django_db


def printed() -> dict[str, str]:
    """{"media_posts rmh": "152篇"} of what the command prints, without the digits in brackets."""
    out = StringIO()
    call_command("figures", "--from", "2020-01-01", "--to", "2020-11-20", stdout=out)
    found = {}
    for line in out.getvalue().splitlines():
        said, _, name = line.removesuffix("]").rpartition("  [")
        found[name] = said.rpartition(": ")[2]
    return found


def test_the_command_prints_the_numbers_the_city_announced():
    units = town.make_units(town.make_regions())
    media.make_media(units, make.user("editor", unit=units["wmb"]))

    found = printed()

    announced = {
        "media_posts rmh": "152篇",
        "media_reads rmh": "536520次",
        "media_highest_read rmh": "3.1万次 (31,042)",
        "media_highest_read douyin": "24.8万次 (247,930)",
        "media_topic_participation": "984.1万次 (9,841,260)",
        "media_posts wenming": "1011篇",
        "media_adoptions central": "66篇",
        "media_100k municipal": "6篇",
        "media_posts douyin": f"128{pgettext('unit', 'videos')}",  # 条: videos are no articles
    }
    assert {name: found.get(name) for name in announced} == announced
