"""Days and hours as pages write them."""

import pytest

from releases.transcripts import moments


@pytest.mark.parametrize(
    ("text", "expected", "has_hour"),
    [
        ("2026-03-05 09:08", "2026-03-05 09:08", True),
        ("2026/3/5 9:08:07", "2026-03-05 09:08", True),
        ("2026.03.05", "2026-03-05 00:00", False),
        ("2026年3月5日", "2026-03-05 00:00", False),
        ("2026年3月5日 星期四 下午3时", "2026-03-05 15:00", True),
        ("2026年3月5日(星期四)上午10:30", "2026-03-05 10:30", True),
        ("2026年3月5日晚8点半", "2026-03-05 20:30", True),
        ("２０２６年３月５日　１６：２０", "2026-03-05 16:20", True),
        ("2026-03-05T10:00", "2026-03-05 10:00", True),
        ("二〇二六年十二月二十一日", "2026-12-21 00:00", False),
        ("二○二六年十月五日", "2026-10-05 00:00", False),
    ],
)
def test_a_moment_is_found(text, expected, has_hour):
    found = moments.find(f"发布时间:{text} 来源")

    assert f"{found.at:%Y-%m-%d %H:%M}" == expected
    assert found.at.utcoffset().total_seconds() == 8 * 3600
    assert found.has_hour == has_hour


@pytest.mark.parametrize(
    "text", ["2026-02-30 10:00", "2026年13月1日", "2026-01-01 25:00", "2026-1-1 10:61"]
)
def test_a_day_that_does_not_exist_has_no_time(text):
    assert moments.find(text).at is None


@pytest.mark.parametrize("text", ["", "3月5日", "电话 2026-12345", "第2026号", "120260305"])
def test_other_numbers_are_no_moment(text):
    assert moments.find(text) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-05T02:00:00Z", "2026-03-05T10:00:00+08:00"),
        ("2026-03-05T10:00:00+08:00", "2026-03-05T10:00:00+08:00"),
        ("2026-03-05 10:00:00", "2026-03-05T10:00:00+08:00"),
        ("2026年3月5日", "2026-03-05T00:00:00+08:00"),
    ],
)
def test_machine_readable_times_are_read(value, expected):
    assert moments.of_attribute(value).isoformat() == expected


@pytest.mark.parametrize(
    "value", ["", "soon", "2026-99-99T00:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 5000]
)
def test_broken_attributes_have_no_time(value):
    assert moments.of_attribute(value) is None
