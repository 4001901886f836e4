"""The words of a picture: typed for one text they are that text's own; what was reviewed stays."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from civic.pictures import Picture
from civic.publishing import Status, TransitionRefused
from releases import actions
from releases.models import Release, ReleasePicture
from tests import make
from tests.releases.test_admin import change_url, form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make.unit("示例市文明办")


@pytest.fixture
def editor(client, office):
    person = make.user("editor", unit=office)
    client.force_login(person)
    return person


@pytest.fixture
def shown(office):
    """A library picture in the gallery of a published release."""
    picture = make.picture("石桥全景", unit=office, credit="示例甲 摄")
    release = make.live_release("桥修好了", unit=office)
    ReleasePicture.objects.create(release=release, picture=picture)
    return release


def page_of(client, release):
    return client.get(release.get_absolute_url()).text


def test_words_typed_in_a_draft_leave_the_published_page_as_it_was(client, editor, shown):
    picture = Picture.objects.get()
    draft = make.release("另一篇", created_by=editor)
    before = page_of(client, shown)
    words = {"gallery-0-alt": "塌了的桥", "gallery-0-credit": "示例乙 摄"}
    data = form_of(client, change_url(draft)) | {"gallery-0-picture": picture.pk, **words}

    saved = client.post(change_url(draft), data)

    picture.refresh_from_db()
    row = draft.gallery.get()
    assert saved.status_code == 302
    assert (row.alt, row.credit) == ("塌了的桥", "示例乙 摄")
    assert (picture.alt, picture.credit) == ("石桥全景", "示例甲 摄")
    assert 'alt="石桥全景"' in before
    assert page_of(client, shown) == before


def test_the_same_file_uploaded_again_overwrites_no_words(client, editor):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 120, 60)).save(out, "PNG")
    first, second = make.release(created_by=editor), make.release(created_by=editor)
    for release, alt in ((first, "绿色的图"), (second, "别的说法")):
        file = io.BytesIO(out.getvalue())
        file.name = "图.png"
        data = form_of(client, change_url(release))
        data |= {"gallery-0-upload": file, "gallery-0-alt": alt}
        client.post(change_url(release), data)

    assert [one.alt for one in Picture.objects.all()] == ["绿色的图"]
    assert [first.gallery.get().alt, second.gallery.get().alt] == ["", "别的说法"]


def test_another_picture_in_the_row_does_not_keep_the_words_of_the_first(client, editor, office):
    first, second = make.picture("石桥", unit=office), make.picture("木桥", unit=office)
    release = make.release(created_by=editor, unit=office)
    ReleasePicture.objects.create(release=release, picture=first, alt="老石桥")
    data = form_of(client, change_url(release)) | {"gallery-0-picture": second.pk}

    client.post(change_url(release), data)

    row = release.gallery.get()
    assert (row.picture, row.alt) == (second, "")


def test_a_reviewer_without_the_right_to_upload_empties_no_words_and_resets_no_review(client):
    editor, first = make.user("editor"), make.user("reviewer_1")
    release = make.release(created_by=editor)
    ReleasePicture.objects.create(release=release, picture=make.picture("石桥"), alt="老石桥")
    release.submit(by=editor)
    client.force_login(first)

    saved = client.post(change_url(release), form_of(client, change_url(release)))

    release.refresh_from_db()
    assert (saved.status_code, release.status) == (302, Status.FIRST)
    assert release.gallery.get().alt == "老石桥"


def test_the_page_shows_the_words_of_the_use(client, shown):
    picture = make.picture("石桥")
    ReleasePicture.objects.update(alt="本篇的说法")
    Release.objects.update(cover=picture, cover_alt="头图的说法")

    page = page_of(client, shown)

    assert 'alt="本篇的说法"' in page
    assert 'alt="头图的说法"' in page
    assert 'property="og:image:alt" content="头图的说法"' in page
    assert "石桥" not in page.replace("桥修好了", "")


def test_words_of_a_use_count_for_readiness(client):
    editor = make.user("editor")
    release = make.release(created_by=editor, cover=make.picture(""))
    row = ReleasePicture.objects.create(release=release, picture=make.picture(""), alt="石桥")

    with pytest.raises(TransitionRefused, match="替代文字"):
        release.submit(by=editor)
    release.cover_alt = "头图"
    release.save()
    release.submit(by=editor)

    assert row.described() in release.review_text()
    assert "头图" in release.review_text()


def test_a_correction_changes_the_words_and_only_there(shown):
    editor, chief = make.user("editor"), make.user("office_chief")
    copy = actions.start_correction(release=shown, by=editor)
    copy.gallery.update(alt="修好的石桥")
    Release.objects.filter(pk=copy.pk).update(correction_note="改了图说。", cover_alt="头图")
    copy.refresh_from_db()

    copy.publish_urgently(by=chief, reason="说错了")

    shown.refresh_from_db()
    assert (shown.gallery.get().alt, shown.cover_alt) == ("修好的石桥", "头图")
    assert Picture.objects.get().alt == "石桥全景"


@pytest.mark.parametrize("status", ["first_review", "approved", "published"])
def test_a_picture_that_passed_with_a_text_is_not_described_otherwise(
    client, editor, shown, status
):
    Release.objects.update(status=status)
    picture = Picture.objects.get()
    address = reverse("admin:civic_picture_change", args=[picture.pk])

    form = client.get(address)
    sent = client.post(address, {"alt": "塌了的桥", "caption": "", "credit": ""})

    picture.refresh_from_db()
    assert (form.status_code, sent.status_code) == (200, 403)
    assert 'name="alt"' not in form.text
    assert picture.alt == "石桥全景"


def test_a_picture_of_drafts_alone_is_described_freely(client, editor, shown):
    Release.objects.update(status=Status.DRAFT)
    picture = Picture.objects.get()
    address = reverse("admin:civic_picture_change", args=[picture.pk])

    client.post(address, {"alt": "石桥一角", "caption": "", "credit": ""})

    picture.refresh_from_db()
    assert picture.alt == "石桥一角"
