"""Large numbers: chosen from lists, written in the language of the texts, at a constant price."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from civic import citations
from civic.citations import Citation
from civic.declared import DeclaredFigure
from releases.figureblocks import FigureBlock
from tests import make
from tests.releases.test_admin import change_url, form_of
from tests.releases.test_media import account

pytestmark = pytest.mark.django_db


def block(release, **extra):
    fields = {"figure": "media_posts", "shown": "0篇", **extra}
    return FigureBlock.objects.create(release=release, **fields)


def declared(number):
    return DeclaredFigure.objects.create(
        name=f"outside{number}",
        label=f"外部数据{number}",
        unit="人",
        number=216,
        as_of=date(2020, 11, 20),
        source_title="示例年报",
        source_url="https://example.com/report",
        is_public=True,
    )


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person)
    return person


def test_a_group_that_is_not_there_is_refused_in_words():
    one = FigureBlock(release=make.release(), figure="media_posts", group="nosuch")

    with pytest.raises(ValidationError) as refused:
        one.full_clean()

    assert list(refused.value.message_dict) == ["group"]
    assert one.shown == ""


@pytest.mark.parametrize("group", ["own", "rmh"])
def test_a_group_that_is_there_is_taken(group):
    account("rmh")
    one = FigureBlock(release=make.release(), figure="media_posts", group=group)

    one.full_clean()

    assert one.shown == "0篇"


def test_the_unit_is_that_of_the_texts_whoever_reads_the_form_in_english():
    one = FigureBlock(release=make.release(), figure="media_posts")

    with translation.override("en"):
        one.full_clean()

    assert one.shown == "0篇"


def test_groups_are_chosen_from_a_list(client, editor):
    account("rmh")
    release = make.release(created_by=editor)
    block(release, group="rmh")
    block(release, group="gone")

    form = client.get(change_url(release)).context["inline_admin_formsets"]
    rows = next(one.formset for one in form if one.formset.model is FigureBlock).forms

    listed = [dict(_flat(row.fields["group"].choices)) for row in rows]
    assert ["rmh" in one for one in listed] == [True, True]
    assert ["gone" in one for one in listed] == [False, True]
    assert listed[0]["own"]


def _flat(choices):
    for code, label in choices:
        yield from label if isinstance(label, list) else [(code, label)]


def test_a_large_number_that_is_deleted_leaves_no_citation():
    release = make.release(body="<p>正文。</p>")
    first, second = block(release), block(release, figure="adoptions")

    first.delete()

    assert [row.figure for row in Citation.objects.of(release)] == [second.figure]


def test_a_large_number_ticked_away_in_the_form_leaves_no_citation(client, editor):
    release = make.release(body="<p>正文。</p>", created_by=editor)
    block(release)
    data = form_of(client, change_url(release)) | {"figure_blocks-0-DELETE": "on"}

    response = client.post(change_url(release), data)

    assert response.status_code == 302
    assert not Citation.objects.of(release).exists()


def with_large_numbers(count):
    """A release with so many large numbers, each of a declared figure."""
    release = make.release(f"大号{count}", body="<p>正文。</p>")
    for number in range(count):
        figure = declared(f"{count}x{number}").figure_name
        block(release, figure=figure, shown="216人")
    citations.check(release)
    return release


def costs(ask):
    with CaptureQueriesContext(connection) as found:
        response = ask()
    return response, len(found)


@pytest.fixture
def few_and_many():
    return [with_large_numbers(1), with_large_numbers(20)]


def test_the_form_costs_the_same_with_one_large_number_and_with_twenty(
    client, editor, few_and_many
):
    addresses = [change_url(one) for one in few_and_many]
    client.get(addresses[0])

    found = [costs(lambda address=address: client.get(address)) for address in addresses]

    assert [page.status_code for page, _queries in found] == [200, 200]
    assert found[0][1] == found[1][1]


def test_saving_asks_each_figure_once_and_nothing_else_by_row(client, editor, few_and_many):
    found = []
    for release in few_and_many:
        address = change_url(release)
        data = form_of(client, address) | {"title": f"{release.title}改"}
        found.append(costs(lambda address=address, data=data: client.post(address, data)))

    assert [page.status_code for page, _queries in found] == [302, 302]
    assert found[1][1] - found[0][1] == 20 - 1


def test_settling_costs_the_same_with_one_difference_and_with_twenty(client, few_and_many):
    client.force_login(make.user("reviewer_3"))
    DeclaredFigure.objects.update(number=217)
    found = []
    for release in few_and_many:
        citations.check(release)
        address = reverse("admin:releases_release_step", args=[release.pk, "figures"])
        client.get(address)
        found.append(costs(lambda address=address: client.get(address)))

    assert [page.text.count("differs-where") for page, _queries in found] == [1, 20]
    assert found[0][1] == found[1][1]
