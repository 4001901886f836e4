"""The demo town is made in an empty database only, with pictures that are really drawn."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from civic import pictures
from civic.accounts import User
from civic.units import Region, Unit
from portal.demo import pictures as drawing
from releases.models import Release
from tests import make


def test_a_database_in_use_is_refused_and_left_alone(db):
    make.unit("真实单位")

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert list(Unit.objects.values_list("name", flat=True)) == ["真实单位"]
    assert (Release.objects.count(), User.objects.count()) == (0, 0)


def test_the_city_comes_later_and_the_command_says_so(db):
    with pytest.raises(CommandError, match="town"):
        call_command("load_demo", scale="city")

    assert Region.objects.count() == 0


@pytest.mark.parametrize("recipe", drawing.RECIPES)
def test_each_recipe_draws_a_picture_that_is_let_in(recipe):
    drawn = drawing.draw(recipe, "day", 7)

    let_in = pictures.ingest(drawn, "drawn.png")

    assert (let_in.width, let_in.height) == (1600, 900)


def test_a_recipe_draws_the_same_for_the_same_picture_and_another_scene_for_another():
    first, again, other = (drawing.draw("park", "day", seed) for seed in (7, 7, 8))

    assert first == again
    assert first != other
