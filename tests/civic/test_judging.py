"""A citation is judged by its unit as well as by its number; no wording stops the judge."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from civic import citations, figures, picker, settling
from civic.citations import Citation, CitationsDiffer
from civic.figures import Figure, Kind, Params, Value
from civic.measures import alike, behind
from civic.rewording import reworded
from civic.settling import KEEP, TAKE, Choice
from civic.units import Unit
from civic.wording import read
from releases import actions
from releases.figureblocks import FigureBlock
from releases.media import MediaAccount, Platform
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted():
    """Three units, counted by 个 and by 篇."""
    for name, unit in (("test_things", "个"), ("test_texts", pgettext_lazy("unit", "posts"))):
        figures.register(
            Figure(
                name=name,
                label=f"示例数{name}",
                definition="示例",
                unit=unit,
                kind=Kind.COUNT,
                rows=lambda params: Unit.objects.filter(code__startswith="J"),
            )
        )
    for n in range(3):
        make.unit(code=f"J{n}")
    yield
    for name in ("test_things", "test_texts"):
        figures.REGISTRY.pop(name, None)


def cite(text, figure="test_things", **given):
    names = {"as_of": "as-of"}
    said = "".join(f' data-{names.get(name, name)}="{value}"' for name, value in given.items())
    return f'<span class="cite" data-figure="{figure}"{said}>{text}</span>'


def judged(markup):
    """The one citation of this text, checked and read anew."""
    release = make.release(body=f"<p>全市有{markup}</p>")
    citations.check(release)
    return Citation.objects.of(release).get()


@pytest.mark.parametrize(
    ("markup", "state"),
    [
        (cite("3个"), "ok"),
        (cite("3 个"), "ok"),
        (cite("3处"), "ok"),
        (cite("3家"), "ok"),
        (cite("3"), "ok"),
        (cite("3") + "个单位", "ok"),
        (cite("<b>3</b>") + " <b>个</b>单位", "ok"),
        (cite("3") + "，另有", "ok"),
        (cite("3") + "</p><p>小时", "ok"),
        (cite("3%"), "differs"),
        (cite("3小时"), "differs"),
        (cite("3人次"), "differs"),
        (cite("3篇"), "differs"),
        (cite("3") + "%", "differs"),
        (cite("3") + "％", "differs"),
        (cite("3") + "小时", "differs"),
        (cite("3") + "万个", "differs"),
        (cite("3") + "00个", "differs"),
        (cite("3") + ".5个", "differs"),
        (cite("百分之三"), "differs"),
        (cite("3篇", "test_texts"), "ok"),
        (cite("3条", "test_texts"), "ok"),
        (cite("3个", "test_texts"), "ok"),
        (cite("3人次", "test_texts"), "differs"),
    ],
)
def test_a_number_holds_in_the_unit_of_its_figure_alone(markup, state):
    assert judged(markup).state == state


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_unit_is_that_of_the_texts_whatever_the_reader_reads(language):
    with translation.override(language):
        assert judged(cite("3篇", "test_texts")).state == "ok"


def test_a_wrong_unit_is_told_in_words_of_its_own_and_mended():
    editor = make.user("editor")
    release = make.release(body=f"<p>全市有{cite('3小时')}。</p>")

    (found,) = citations.check(release)

    why = found.citation.why
    assert "小时" in why
    assert "个" in why
    assert (found.citation.now, found.citation.found) == ("3个", 3)
    assert why in str(found)
    with pytest.raises(CitationsDiffer, match="小时"):
        citations.demand(release)
    settling.settle(document=release, by=editor, choices=[Choice("0-0", TAKE, "3个")])
    release.refresh_from_db()
    assert ">3个</span>" in release.body
    citations.demand(release)


def test_the_page_of_differences_says_which_unit_is_right(client):
    editor = make.user("editor")
    release = make.release(body=f"<p>全市有{cite('3小时')}。</p>", created_by=editor)
    (found,) = citations.check(release)
    client.force_login(editor)

    page = client.get(reverse("admin:releases_release_step", args=[release.pk, "figures"]))

    assert page.status_code == 200
    assert found.citation.why in page.text


def test_a_wrong_unit_behind_the_number_is_for_the_author_to_mend():
    row = judged(cite("3") + "小时。")

    assert (row.unit, row.now, row.may_take, row.may_keep) == ("小时", "", False, False)
    assert "小时" in row.why


def test_a_bare_number_is_taken_anew_without_a_second_unit():
    row = judged(cite("4") + "个单位。")

    assert (row.state, row.unit, row.now) == ("differs", "个", "3")


@pytest.mark.parametrize(
    ("shown", "now"),
    [("不到2个", "3个"), ("近2个", "3个"), ("超5个", "3个"), ("逾5个", "3个")],
)
def test_what_is_offered_instead_says_something(shown, now):
    """Never «近3个» or «超3个» of three."""
    row = judged(cite(shown))

    assert (row.state, row.now) == ("differs", now)


def test_nothing_is_offered_as_nearly_itself():
    said = read("不到100人")

    assert said is not None
    assert [reworded(said, Decimal(n)) for n in (105, 110, 0)] == ["105人", "110人", "0人"]


def test_the_words_behind_a_number_are_read_at_every_save():
    release = make.release(body=f"<p>全市有{cite('3')}个。</p>")
    citations.check(release)
    kept = Citation.objects.get().pk

    release.body = f"<p>全市有{cite('3')}%。</p>"
    release.save()
    citations.check(release)

    row = Citation.objects.get()
    assert (row.pk, row.unit, row.state) == (kept, "%", "differs")


def test_a_wrong_unit_cannot_be_kept_as_of_a_day():
    cited = cite("3小时", historical="1", **{"as_of": "2020-11-20"})
    release = make.release(body=f"<p>全市有{cited}。</p>")
    citations.check(release)
    Citation.objects.update(held_on="2020-11-20")

    with pytest.raises(actions.TransitionRefused):
        settling.settle(document=release, by=make.user("editor"), choices=[Choice("0-0", KEEP)])

    Citation.objects.update(kept_at="2020-11-21T00:00:00+08:00")
    assert len(citations.check(release)) == 1


def test_large_numbers_are_judged_by_their_unit_too():
    release = make.release(body="<p>正文。</p>")
    for shown in ("3个", "3", "3%"):
        FigureBlock.objects.create(release=release, figure="test_things", shown=shown)

    found = citations.check(release)

    assert [one.citation.wording for one in found] == ["3%"]


# No wording stops the judge --------------------------------------------------------------------

BROKEN = [
    "0.0000001篇", "3.0000001个", "一百万分之一", "百万分之一", "99999999999999999万亿元",
    "一亿亿亿亿亿篇", "9999999999999999999个",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_number_no_office_counts_is_told_and_stops_nothing(text):
    release = make.release(body=f"<p>全市有{cite(text)}。</p>")
    other = make.release(body=f"<p>全市有{cite('4个')}。</p>")

    (found,) = citations.check(release)

    assert (found.citation.state, found.citation.shown, found.citation.step) == (
        "unknown",
        None,
        None,
    )
    assert text in found.citation.why
    with pytest.raises(SystemExit):
        call_command("rederive", verbosity=0)
    assert Citation.objects.of(other).get().state == "differs"


def test_a_row_of_an_earlier_version_with_no_step_stops_nothing():
    row = judged(cite("3个"))
    Citation.objects.update(step=0, shown=Decimal(4))
    row.refresh_from_db()
    value = Value(number=Decimal(3), n=3, as_of=row.checked_at, unit="个")

    assert row.judge(value) == ("differs", 3)


# Units -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "said", "is_alike"),
    [
        ("人", "名", True),
        ("次", "人次", True),
        ("人", "人次", False),
        ("％", "%", True),
        ("%", "个百分点", False),
        ("小时", "个小时", True),
        ("篇", "个", True),
        ("个", "篇", False),
        ("", "篇", True),
        ("", "%", False),
        ("篇", "", True),
    ],
)
def test_units_are_alike_one_way(unit, said, is_alike):
    assert alike(unit, said) is is_alike


@pytest.mark.parametrize(
    ("after", "unit"),
    [
        ("个单位", "个"),
        ("余个", "个"),
        ("万", "万"),
        ("百分点", "百分点"),
        ("人才", ""),
        ("部门", ""),
        ("，个", ""),
        ("", ""),
    ],
)
def test_the_measure_word_behind_a_number_is_read(after, unit):
    assert behind(after) == unit


def test_the_unit_of_a_group_is_like_that_of_its_figure():
    """The judge compares with the figure's: a group's own costs a query."""
    MediaAccount.objects.create(
        code="dy",
        name="示例账号",
        platform=Platform.DOUYIN,
        level=MediaAccount.Level.OWN,
        unit=make.unit(),
    )
    own = [figure for figure in figures.every() if figure.units]

    assert {figure.name for figure in own} >= {"media_posts"}
    for figure in own:
        unit = picker.unit_of(figure, Params(group="dy"))
        assert (unit, alike(picker.unit_of(figure), unit)) == ("条", True)


def test_a_figure_says_its_unit_with_its_value():
    with translation.override("en"):
        found = figures.value(figures.get("test_texts"), Params())

    assert (found.number, found.unit) == (3, "篇")
