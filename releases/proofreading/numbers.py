"""Numbers that disagree: with another number of the same text, or with a figure of the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from civic import figures, numerals, wording
from civic.measures import alike, in_texts
from civic.numerals import Numeral
from civic.periods import PERIOD, Params, Period
from releases.proofreading.hits import HAN, Grade, Hit, Kind, sentence_bounds

SHORTEST = 4  # characters of a subject that names a thing
_RUN = re.compile(rf"[{HAN}]+$")
_LEAD = re.compile(
    r"^(?:截至目前|截至|目前|至今|今年以来|全市|全区|全县|我市|我区|各地|现有|现已|已经|已|共有|共计|共|累计|总计|合计|先后|本次|此次|这次|"
    r"其中|同时|并|还|和|及|与|也|的|了)+"
)
_TAIL = re.compile(
    r"(?:达到了|达到|达|共有|共计|总计|合计|累计|共|为|是|有|约|近|超过|超|突破|已|了|到|的|计)+$"
)
_MOVES = re.compile(
    r"从|由|增加|增至|减少|降|升|提高|增长|上涨|同比|环比|翻|占|目标|计划|将|力争|其中|另|再|又|每|各|平均|人均|不足|不到|至少|最多"
)
_WHEN = re.compile(
    r"\d{2,4}年|\d{1,2}月(?:\d{1,2}日)?|[今去前明]年|上半年|下半年|第[一二三四\d]季度|昨[日天]|今[日天]|上月|本月|上周|本周"
    r"|第[一二三四五六七八九十\d]+(?:次|轮|批|期|届|组|天)|首[次轮批期届]|[一二三四五]是"
)
_WHERE = re.compile(
    rf"[{HAN}]{{1,8}}(?:街道|社区|县|区|镇|乡|村|局|队|站|组|校|院|中心|公司|路|小区)"
)


@dataclass(frozen=True)
class Said:
    """A number in the text with what it counts."""

    numeral: Numeral
    subject: str
    around: frozenset[str]  # times and places: of others it is another fact


def find(text: str) -> list[Hit]:
    """Two numbers of one thing with one unit that cannot both be right."""
    by_thing: dict[tuple[str, str], list[Said]] = {}
    for said in _subjects(text):
        by_thing.setdefault((said.subject, said.numeral.unit), []).append(said)
    return [hit for group in by_thing.values() for hit in _disagreeing(text, group)]


def _subjects(text: str) -> Iterator[Said]:
    for numeral in numerals.find(text):
        if numeral.is_date or not numeral.unit:
            continue
        run = _RUN.search(text, max(numeral.start - 24, 0), numeral.start)
        raw = _TAIL.sub("", run[0]) if run else ""
        subject = _LEAD.sub("", raw)
        after = text[numeral.end : numeral.end + 2]
        if len(subject) < SHORTEST or _MOVES.search(raw) or re.match(r"[增减至到—~～-]", after):
            continue
        first, _last = sentence_bounds(text, numeral.start, numeral.end)
        before = text[first : numeral.start - len(raw)]
        around = frozenset(_WHEN.findall(before + raw) + _WHERE.findall(before))
        yield Said(numeral, subject, around)


def _disagreeing(text: str, group: list[Said]) -> Iterator[Hit]:
    """A list gives one thing many values: only two values contradict one another."""
    if len({said.numeral.number for said in group}) != 2:
        return
    first = group[0]
    for said in group[1:]:
        other_fact = said.around and first.around and said.around != first.around
        if not other_fact and not _fit(first.numeral, said.numeral):
            yield Hit(
                rule="number",
                kind=Kind.NUMBER,
                grade=Grade.HINT,
                text=said.numeral.text,
                start=said.numeral.start,
                end=said.numeral.end,
                note=_("The same text says «%(before)s» before. Check which is right.")
                % {"before": text[first.numeral.start - len(first.subject) : first.numeral.end]},
            )


def _fit(one: Numeral, other: Numeral) -> bool:
    """Whether both can be wordings of one number."""
    return _holds(one, other.number) or _holds(other, one.number)


def _holds(numeral: Numeral, number: Decimal) -> bool:
    return wording.holds(numeral.said, number)


# Against the registry --------------------------------------------------------------------------


# (name of the figure, unit, values it may have, words of the groups it can be narrowed to)
Known = tuple[str, str, list[Decimal], frozenset[str]]
_WORDS = re.compile(r"[（）()#、\s]+")
_ITS_OWN_DAYS = re.compile(r"\d{4}年|\d{1,2}月|去年|前年|上年|上半年|下半年|季度")


def against_figures(
    text: str, known: Mapping[str, Known], spared: list[tuple[int, int]]
) -> list[Hit]:
    """Numbers that stand right behind the name of a figure and are none of its values.

    `known`: {label: …}; `spared`: places that are citations, which are checked for themselves. A
    sentence with days of its own, or with a group of the figure, may speak of another value: it is
    left to the search for uncited numbers, which knows both.
    """
    cited = {place for start, end in spared for place in range(start, end)}
    lengths = sorted({len(label) for label in known})
    found = []
    for said in _subjects(text):
        numeral = said.numeral
        if numeral.start in cited:
            continue
        for label in {said.subject[-length:] for length in lengths} & known.keys():
            name, unit, numbers, groups = known[label]
            close = unit and alike(unit, numeral.unit)
            wrong = numbers and not any(_holds(numeral, number) for number in numbers)
            if close and wrong and not _speaks_of_another(text, numeral, groups):
                found.append(_contradicts(numeral, name, label, numbers[-1]))
    return found


def _speaks_of_another(text: str, numeral: Numeral, groups: frozenset[str]) -> bool:
    first, last = sentence_bounds(text, numeral.start, numeral.end)
    sentence = text[first:last]
    return bool(_ITS_OWN_DAYS.search(sentence)) or any(word in sentence for word in groups)


def _contradicts(numeral: Numeral, name: str, label: str, number: Decimal) -> Hit:
    right = wording.fitting(number, numeral.unit)
    shown = right[0] if right else f"{number:f}{numeral.unit}"
    return Hit(
        rule=f"figure:{name}",
        kind=Kind.NUMBER,
        grade=Grade.HINT,
        text=numeral.text,
        start=numeral.start,
        end=numeral.end,
        suggestion=shown,
        note=_("The figure «%(figure)s» is %(number)s.") % {"figure": label, "number": shown},
        edits=((numeral.start, numeral.end, shown),),
    )


def known_figures(text: str, day: date | None) -> dict[str, Known]:
    """The public figures whose name the text says, with their values in all and up to `day`.

    Names and units in the language of the texts, whatever language the person reads.
    """
    labels = {in_texts(one.label): one for one in figures.every() if one.is_public}
    named = {
        label: one for label, one in labels.items() if len(label) >= SHORTEST and label in text
    }
    asked: list[figures.Asked] = []
    for figure in named.values():
        asked.append((figure.name, Params()))
        if day is not None and PERIOD in figure.accepts:
            asked.append((figure.name, Params(period=Period(None, day))))
            asked.append((figure.name, Params(period=Period(date(day.year, 1, 1), day))))
    numbers: dict[str, list[Decimal]] = {figure.name: [] for figure in named.values()}
    for (name, _params), value in figures.values(asked).items():
        if isinstance(value, figures.Value) and value.number is not None:
            numbers[name].append(value.number)
    return {
        label: (figure.name, in_texts(figure.unit), numbers[figure.name], _group_words(figure))
        for label, figure in named.items()
    }


def _group_words(figure: figures.Figure) -> frozenset[str]:
    """«文明示例（人民号）» is named by either of its words."""
    with translation.override(settings.LANGUAGE_CODE):
        labels = [str(label) for _code, label in figure.groups()]
    return frozenset(word for label in labels for word in _WORDS.split(label) if len(word) > 1)
