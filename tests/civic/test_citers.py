"""Who cites a figure, as each person may see it, and the recheck that is begun by hand."""

import pytest
from django.test import Client

from civic import citations, citers
from civic.jobs import Job
from civic.publishing import Status
from releases.models import Topic
from tests import make
from tests.civic.cited import cite, text_with, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]

PAGE = "/admin/figures/releases_published/"
RECHECK = "/admin/figures/-/check/"


def signed_in(*roles, **extra):
    client = Client()
    client.force_login(make.user(*roles, **extra), backend="civic.signin.RoleBackend")
    return client


def citing(title, shown="0篇", **extra):
    release = make.release(title, body=text_with(cite(shown, "releases_published")), **extra)
    citations.check(release)
    return release


def test_exactly_the_texts_that_cite_it_stand_on_its_page_what_differs_first():
    right, wrong = citing("对的"), citing("错的", "9篇", status=Status.FIRST)
    citing("旧副本", status=Status.ARCHIVED)  # nobody reads it, nobody rechecks it
    make.release("别的", body=text_with(cite("0个", "test_others")))
    Topic.objects.create(
        title="专题甲", slug="a", summary="a", intro=text_with(cite("0篇", "releases_published"))
    )

    page = signed_in("office_staff").get(PAGE)

    found = page.context["citers"]
    assert [str(line.text) for line in found.lines] == ["错的", "专题甲", "对的"]
    assert [line.differs for line in found.lines] == [True, False, False]
    assert found.texts == 3
    for text in (right, wrong):
        assert f'<a href="{text.get_admin_url()}">' in page.content.decode()


def test_a_person_of_one_unit_sees_the_texts_of_that_unit_a_security_admin_none():
    ours, theirs = make.unit(), make.unit()
    citing("我们的", unit=ours)
    citing("他们的", unit=theirs)
    liaison = make.user("unit_liaison", unit=ours)

    own = citers.of("releases_published", liaison)
    none = citers.of("releases_published", make.user("security_admin"))

    assert ([str(line.text) for line in own.lines], own.texts) == (["我们的"], 1)
    assert (none.lines, none.texts) == ([], 0)


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_the_same_queries(count, django_assert_num_queries):
    for number in range(count):
        citing(f"稿{number}")
    person = make.user("office_staff")
    citers.of("releases_published", person)

    with django_assert_num_queries(5):
        found = citers.of("releases_published", person)

    assert (len(found.lines), found.texts, found.has_more) == (min(count, 50), count, count > 50)


def test_a_clerk_has_all_numbers_checked_now(django_capture_on_commit_callbacks):
    units(3)
    release = make.release(body=text_with(cite("2个")))
    client = signed_in("editor")

    page = client.get("/admin/figures/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(RECHECK)

    job = Job.objects.get()
    assert f'action="{RECHECK}"' in page
    assert (answer.status_code, answer["Location"]) == (302, job.get_admin_url())
    assert client.get(job.get_admin_url()).status_code == 200
    assert (job.state, job.summary) == ("done", {"differences": 1, "documents": 1})
    assert [row.state for row in citations.Citation.objects.of(release)] == ["differs"]


def test_pressed_twice_it_leads_to_the_job_that_is_under_way():
    client = signed_in("editor")

    answers = [client.post(RECHECK)["Location"] for _ in range(2)]

    assert answers == [Job.objects.get().get_admin_url()] * 2


@pytest.mark.parametrize("role", ["unit_liaison", "inspector", "security_admin"])
def test_who_answers_for_no_texts_has_no_such_button(role):
    client = signed_in(role, unit=make.unit())

    page = client.get("/admin/figures/").content.decode()

    assert RECHECK not in page
    assert client.post(RECHECK).status_code == 403
    assert not Job.objects.exists()


def test_it_is_never_begun_by_a_look_or_by_a_visitor():
    assert signed_in("editor").get(RECHECK).status_code == 405
    assert Client().post(RECHECK).status_code == 302
    assert not Job.objects.exists()
