"""Attachments and pictures: given out while a text is public, and to staff who may read it."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone

from releases.models import Attachment, ReleasePicture
from tests import make

pytestmark = pytest.mark.django_db


def not_readable():
    """One release of each state in which the public may have nothing of it."""
    now = timezone.now()
    then = now - timedelta(days=2)
    live = make.live_release("原文")
    return {
        "draft": make.release("草稿"),
        "review": make.release("审核", status="second_review"),
        "approved": make.release("已审", status="approved"),
        "scheduled": make.live_release("明天", at=now + timedelta(days=1)),
        "expired": make.live_release("过期", at=then, expire_at=now - timedelta(seconds=1)),
        "wrong": make.release("错", status="withdrawn", withdraw_reason="error", publish_at=then),
        "correction": make.release("更正稿", corrects=live),
    }


STATES = ["draft", "review", "approved", "scheduled", "expired", "wrong", "correction"]


def test_a_live_attachment_comes_as_a_download_under_its_name(client):
    release = make.live_release()
    file = make.attachment(release, '创建 "方案".txt', "内容".encode())

    answer = client.get(file.get_absolute_url())

    assert b"".join(answer) == "内容".encode()
    name = re.search(r"^attachment; filename\*=utf-8''(\S+)$", answer["Content-Disposition"])
    assert unquote(name.group(1)) == "创建 _方案_.txt"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Length"] == "6"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_name_with_line_ends_cannot_write_headers(client):
    file = make.attachment(make.live_release(), "a.txt")
    Attachment.objects.update(file_name='x"\r\nSet-Cookie: a=b\r\n.txt')

    answer = client.get(file.get_absolute_url())
    b"".join(answer)

    assert "\r" not in answer["Content-Disposition"]
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("state", STATES)
def test_nothing_of_an_unpublished_text_is_given_to_a_visitor(client, state):
    release = not_readable()[state]
    file = make.attachment(release)
    cover, in_gallery = make.picture(), make.picture()
    in_text = make.picture()
    release.cover = cover
    release.body = f'<p>正文</p><img src="{in_text.large_url}" alt="图">'
    release.save()
    ReleasePicture.objects.create(release=release, picture=in_gallery)

    assert client.get(file.get_absolute_url()).status_code == 404
    for picture in (cover, in_gallery, in_text):
        assert client.get(picture.large_url).status_code == 404
        assert client.get(picture.small_url).status_code == 404


def test_pictures_of_a_live_text_are_given_wherever_they_stand(client):
    in_text, in_answer = make.picture(), make.picture()
    release = make.conference(body=f'<p><img src="{in_text.large_url}" alt="图"></p>')
    release.cover = make.picture()
    release.save()
    row = ReleasePicture.objects.create(release=release, picture=make.picture())
    make.question(release, "问？", ("甲", "", f'<img src="{in_answer.small_url}" alt="图">'))
    topic = make.topic(cover=make.picture())

    for picture in (in_text, in_answer, release.cover, row.picture, topic.cover):
        answer = client.get(picture.large_url)
        assert answer.status_code == 200
        assert b"".join(answer).startswith(b"RIFF")


def test_the_cover_of_a_closed_topic_is_not_given(client):
    topic = make.topic(is_open=False, cover=make.picture())

    assert client.get(topic.cover.large_url).status_code == 404


def test_staff_get_what_they_may_read_and_no_cache_keeps_it(client):
    unit = make.unit("甲单位")
    draft = make.release("草稿", unit=unit)
    file = make.attachment(draft)
    colleague = make.user("unit_liaison", unit=make.unit("乙单位"))
    without_right = make.user("inspector", unit=unit)

    client.force_login(make.user("unit_liaison", unit=unit))
    mine = client.get(file.get_absolute_url())
    assert b"".join(mine) == "附件".encode()
    assert mine["Cache-Control"] == "private, no-store"

    for person in (colleague, without_right):
        client.force_login(person)
        assert client.get(file.get_absolute_url()).status_code == 404


def test_a_cache_may_keep_a_file_no_longer_than_the_text_is_public(client):
    soon = timezone.now() + timedelta(seconds=100)
    lasting = make.attachment(make.live_release("久"))
    ending = make.attachment(make.live_release("短", expire_at=soon))

    kept = {}
    for file in (lasting, ending):
        answer = client.get(file.get_absolute_url())
        b"".join(answer)
        kept[file] = int(answer["Cache-Control"].removeprefix("public, max-age="))

    assert kept[lasting] == 300
    assert 95 <= kept[ending] <= 100


def test_a_file_the_reader_has_is_not_sent_again(client):
    file = make.attachment(make.live_release())
    first = client.get(file.get_absolute_url())
    b"".join(first)

    again = client.get(file.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "key", ["00000000-0000-4000-8000-000000000000", "0", "../../etc/passwd", "%00", "x" * 500]
)
def test_unknown_keys_are_refused(client, key):
    make.attachment(make.live_release())

    assert client.get(f"/releases/attachments/{key}/").status_code in (400, 404)


def test_a_file_missing_on_disk_is_not_found(client):
    file = make.attachment(make.live_release())
    file.file.storage.delete(file.file.name)

    assert client.get(file.get_absolute_url()).status_code == 404


def test_page_names_type_and_size(client):
    release = make.live_release()
    make.attachment(release, "数据.csv", b"a,b\n" * 600)

    text = client.get(release.get_absolute_url()).content.decode()

    assert "数据.csv</a><small>CSV · 2.3" in text
