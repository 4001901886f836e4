"""Questions and answers: labels are found, and what stands under them is gathered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from releases.transcripts import names
from releases.transcripts.blocks import Block, Shape
from releases.transcripts.people import People
from releases.transcripts.transcript import Doubt

MAX_QUESTIONS, MAX_ANSWERS = 60, 90  # what one form may carry: 1,000 fields
MAX_LABEL = 60
_LABEL = re.compile(r"^(?P<label>[^:：。?!？！;；“”\"]{1,60}?)\s?[:：]\s?")
_SQUARE = re.compile(r"^[\[【(（](?P<label>[^\[\]【】()（）。?!？！]{1,40})[\]】)）]\s?[:：]?\s?")
_NUMBER = (
    r"(?:(?:问题|提问|第)?\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:个问题)?\s?[、..:：)）]"
    r"|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|Q\d{1,2}\s?[:：.、]?)"
)
_NUMBERED = re.compile(rf"^(?P<number>{_NUMBER})\s?")
_ASKED = re.compile(
    r"^(?:记者)?(?:提问|问题?|Q|追问|问)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?$", re.IGNORECASE
)
_ANSWERED = re.compile(r"^(?:答复?|回答|回复|解答|A\d{0,2}|Answer)$", re.IGNORECASE)
_JOURNALIST = re.compile(
    r"^(?P<outlet>[^,，]{0,40}?)\s?(?:的)?记者(?:朋友)?\s?(?P<reporter>[^\s]{0,16}?)\s?(?:提问|问|追问)?$"
)
_NOT_REPORTERS = re.compile(
    r"从|在|了解|获悉|看到|采访|发现|注意|报道|说|介绍|感到|走进|来到|会|答|如下"
)
_ENGLISH_JOURNALIST = re.compile(
    r"^(?P<outlet>[A-Z][\w .&'’-]{1,40}?)\s(?:reporter|correspondent|journalist)\s?(?P<reporter>[\w .'-]{0,30})$"
)
_HOST = re.compile(r"^(?:主\s?持\s?人|主持)\s?(?P<name>.{0,40})$")
_LATIN_OUTLET = re.compile(r"^[A-Z][A-Za-z .&'’-]{2,40}$")
_OUTLET = re.compile(
    r"(?:日报|晚报|早报|时报|商报|都市报|报社|报|网|社|台|电视|广播|传媒|集团|融媒体|融媒|中心|新闻|杂志|在线|客户端)$"
)
_ASKS = re.compile(r"[?？]\s?(?:谢谢[。!！]?)?[”\")）]?$|谢谢[。!！]?$")
_WANTS = re.compile(
    r"请问|请(?:您|您们|主任|局长)?(?:再|能)?(?:介绍|谈谈|说明|解读|谈一谈)|能否|能不能"
)
_BYLINE = re.compile(r"^[^。!?！？,，]{1,16}$")
_OPENS = re.compile(r"(?:记者|现场|媒体)?(?:提问|问答)(?:环节|实录)?$")
_CLOSES = re.compile(r"发布会(?:到此|就到这里|到这里)?结束|今天的发布会就")
_VERBS = re.compile(r"(?:提出|强调|指出|表示|说|要求|如下|包括|介绍|认为|其中|是)$")


def asks(text: str) -> bool:
    """Whether the text ends as a question does, or asks politely without a question mark."""
    return bool(_ASKS.search(text[-12:])) or bool(
        len(text) <= 300 and text.endswith(("。", "!", "！")) and _WANTS.search(text[-80:])
    )


@dataclass
class Turn:
    """A label that was recognised: who speaks, and in which part."""

    part: str  # question, answer or host
    label: str
    name: str = ""
    post: str = ""
    outlet: str = ""
    length: int = 0  # of the label in the block
    sure: bool = True


@dataclass
class Answered:
    turn: Turn
    blocks: list[Block] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


@dataclass
class Asked:
    turn: Turn
    blocks: list[Block] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    topic: Block | None = None

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks if block.text)


@dataclass
class Dialogue:
    body: list[Block] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    host_words: int = 0
    labels: dict[int, int] = field(default_factory=dict)  # id of a block in the text → its label


def split(blocks: list[Block], people: People) -> Dialogue:
    """Part the questions with their answers from the rest of the text."""
    reader = _Reader(people, blocks)
    for index, block in enumerate(blocks):
        reader.take(index, block)
    return reader.finished()


class _Reader:
    """Walks along the blocks and remembers who is speaking."""

    def __init__(self, people: People, blocks: list[Block]) -> None:
        self.people = people
        self.blocks = blocks
        self.found = Dialogue()
        self.answers = 0
        self.is_full = False
        self.speaking = ""  # "", question, answer or host
        self.numbered = _numbered_questions(blocks)
        self.has_labels = _has_answer_labels(blocks, people)

    # What a block is ---------------------------------------------------------------------------

    def turn(self, index: int, block: Block) -> Turn | None:
        if not block.is_words or not block.text:
            return None
        text = block.text
        number = _NUMBERED.match(text)
        skip = number.end() if number else 0
        turn = self._labelled(text[skip:], index) if skip < len(text) else None
        if turn is not None:
            turn.length += skip
            turn.label = text[: turn.length]
            return turn
        if index in self.numbered:
            asked = Turn("question", text[:skip], length=skip)
            return asked if self.has_labels or len(self.numbered) > 1 else None
        return None

    def _labelled(self, text: str, index: int) -> Turn | None:
        match = _SQUARE.match(text[: MAX_LABEL + 10])
        if match and (turn := self._of_label(match["label"].strip(), text[match.end() :], index)):
            rest = _LABEL.match(text[match.end() : match.end() + MAX_LABEL])
            turn.length = match.end()
            if rest and (_ASKED.match(rest["label"]) or _ANSWERED.match(rest["label"])):
                turn.length += rest.end()
            return turn
        match = _LABEL.match(text[: MAX_LABEL + 10])
        if match is None:
            return None
        turn = self._of_label(match["label"].strip(), text[match.end() :], index)
        if turn is not None:
            turn.length = match.end()
        return turn

    def _of_label(self, label: str, after: str, index: int) -> Turn | None:
        if _ASKED.match(label):
            return None if self._is_byline(label, after) else Turn("question", label)
        if _ANSWERED.match(label):
            return Turn("answer", label)
        host = _HOST.match(label)
        if host and (not host["name"] or names.named(host["name"])):
            return Turn("host", label, name=names.bare(host["name"]))
        if journalist := self._journalist(label, after):
            return journalist
        return self._person(label) or self._bare_outlet(label, after, index)

    def _journalist(self, label: str, after: str) -> Turn | None:
        match = _JOURNALIST.match(label) or _ENGLISH_JOURNALIST.match(label)
        if match is None:
            return None
        reporter = match["reporter"].strip("()（）")
        if _NOT_REPORTERS.search(reporter) or len(reporter) > 30 or self._is_byline(label, after):
            return None
        outlet = match["outlet"].strip("《》 、")
        return Turn("question", label, name=reporter, outlet=outlet)

    @staticmethod
    def _is_byline(label: str, after: str) -> bool:
        """«记者:示例甲» names the writer."""
        return bool(label.endswith("记者") and after and _BYLINE.match(after) and not asks(after))

    def _person(self, label: str) -> Turn | None:
        person = self.people.known(names.bare(label))
        named = names.named(label)
        if person is None and named is not None:
            person = self.people.known(named.name)
        if person is not None:
            part = "host" if person is self.people.host else "answer"
            post = named.post if named and named.post else person.post
            return Turn(part, label, name=person.name, post=post)
        if named is None or _VERBS.search(label) or re.search(r"[,，]", label):
            return None
        if named.post and named.sure and self._in_dialogue():
            return Turn("answer", label, name=named.name, post=named.post)
        return None

    def _bare_outlet(self, label: str, after: str, index: int) -> Turn | None:
        """«新华社:…?» without «记者», once it is clear that questions are being asked."""
        is_asked = asks(after) or (not after and self._next_asks(index))
        if not is_asked or not (_OUTLET.search(label) or _LATIN_OUTLET.match(label)):
            return None
        if not (self._in_dialogue() or self.has_labels):
            return None
        return Turn("question", label, outlet=label, sure=bool(_OUTLET.search(label)))

    def _next_asks(self, index: int) -> bool:
        return any(asks(b.text) for b in self.blocks[index + 1 : index + 2])

    def _in_dialogue(self) -> bool:
        return bool(self.found.questions) or self.speaking == "host"

    # What is done with it ----------------------------------------------------------------------

    def take(self, index: int, block: Block) -> None:
        turn = self.turn(index, block)
        if turn is None:
            self._go_on(index, block)
            return
        rest = block.cut(turn.length)
        self._close_when_full(turn)
        if self.is_full:
            self._say(turn, block)
        elif turn.part == "question":
            self._ask(turn, rest, block)
        elif turn.part == "answer" and self.found.questions:
            self._answer(turn, rest, block)
        else:
            self._say(turn, block)

    def _room(self) -> bool:
        return self.answers < MAX_ANSWERS

    def _close_when_full(self, turn: Turn) -> None:
        """More than one form may carry stays in the text, in its order."""
        too_many = turn.part == "question" and len(self.found.questions) >= MAX_QUESTIONS
        if not self.is_full and (too_many or (turn.part == "answer" and not self._room())):
            self.is_full = True
            self._doubt(
                turn.label,
                _("Too many questions for one form; from here on they stand in the text."),
            )

    def _ask(self, turn: Turn, rest: Block, block: Block) -> None:
        topic = self._topic_above()
        asked = Asked(turn, lines=list(block.lines), topic=topic)
        if rest.text:
            asked.blocks.append(rest)
        self.found.questions.append(asked)
        if not turn.sure:
            self._doubt(turn.label, _("Taken for a question of this outlet. Please check."))
        self.speaking = "question"

    def _topic_above(self) -> Block | None:
        """A heading right above a question is its topic, unless it only opens the questions."""
        gathered = self._gathering()
        if gathered and gathered[-1].shape is Shape.HEADING and self.found.questions:
            return gathered.pop()
        return None

    def _gathering(self) -> list[Block]:
        if self.speaking == "answer":
            return self.found.questions[-1].answers[-1].blocks
        return self.found.body if self.speaking in ("", "host") else []

    def _answer(self, turn: Turn, rest: Block, block: Block) -> None:
        if not turn.name:
            self._name_answerer(turn)
        given = Answered(turn, lines=list(block.lines))
        if rest.text:
            given.blocks.append(rest)
        self.found.questions[-1].answers.append(given)
        self.answers += 1
        self.speaking = "answer"

    def _name_answerer(self, turn: Turn) -> None:
        """«答:» is the one who answered last, or the only presenter; else the clerk says who."""
        before = [given.turn for asked in self.found.questions for given in asked.answers]
        if before and before[-1].name:
            turn.name, turn.post = before[-1].name, before[-1].post
        elif len(self.people.presenters) == 1:
            only = self.people.presenters[0]
            turn.name, turn.post = only.name, only.post
        else:
            self._doubt(self._question_words(), _("The text does not say who answered."))
            return
        self._doubt(
            self._question_words(),
            _("No name stands at this answer; taken to be by %(name)s.") % {"name": turn.name},
        )

    def _question_words(self) -> str:
        return self.found.questions[-1].text[:60]

    def _say(self, turn: Turn, block: Block) -> None:
        """Words of the host, and of presenters before the first question, stay in the text."""
        if turn.part == "host" and self.found.questions:
            self.found.host_words += 1
        self.found.body.append(block)
        self.found.labels[id(block)] = turn.length
        self.speaking = "host" if turn.part == "host" else ""

    def _go_on(self, index: int, block: Block) -> None:
        if self.speaking == "question":
            self._after_question(index, block)
        elif self.speaking == "answer":
            if block.is_words and _CLOSES.search(block.text) and len(block.text) < 60:
                self.speaking = ""
                self.found.body.append(block)
            else:
                given = self.found.questions[-1].answers[-1]
                given.blocks.append(block)
        else:
            self.found.body.append(block)

    def _after_question(self, index: int, block: Block) -> None:
        """More of the question, or an answer that bears no label."""
        asked = self.found.questions[-1]
        complete = bool(asked.blocks) and bool(asks(asked.blocks[-1].text))
        labelled_later = self._label_follows(index)
        if (complete and not labelled_later and self._room()) or not block.is_words:
            self._answer(Turn("answer", ""), block, Block())
            self.found.questions[-1].answers[-1].lines += list(block.lines)
        else:
            asked.blocks.append(block)
            asked.lines += list(block.lines)

    def _label_follows(self, index: int) -> bool:
        """Whether one of the next two blocks begins an answer by its label."""
        for at in (index + 1, index + 2):
            if at >= len(self.blocks):
                return False
            turn = self.turn(at, self.blocks[at])
            if turn is not None:
                return turn.part == "answer"
        return False

    def _doubt(self, what: str, why: str) -> None:
        self.found.doubts.append(Doubt(f"questions.{len(self.found.questions)}", what, why))

    # At the end --------------------------------------------------------------------------------

    def finished(self) -> Dialogue:
        found = self.found
        for number, asked in enumerate(found.questions, start=1):
            for given in asked.answers:
                given.lines += [line for block in given.blocks for line in block.lines]
            if not asked.answers:
                what = asked.text[:60]
                found.doubts.append(
                    Doubt(f"questions.{number}", what, _("No answer was found to this question."))
                )
        if found.host_words:
            found.doubts.append(
                Doubt(
                    "body",
                    "",
                    _("The host's words between the questions stand at the end of the text."),
                )
            )
        return found


def _numbered_questions(blocks: list[Block]) -> set[int]:
    """Indices of the blocks «1.…?», «一、…?», «问题1:…?»."""
    return {
        index
        for index, block in enumerate(blocks)
        if block.is_words
        and len(block.text) <= 400
        and _NUMBERED.match(block.text)
        and asks(block.text)
    }


def _has_answer_labels(blocks: list[Block], people: People) -> bool:
    """Whether «答:» or a known presenter's name begins some block."""
    for block in blocks:
        match = _LABEL.match(block.text[: MAX_LABEL + 10]) if block.is_words else None
        if match is None:
            continue
        label = match["label"].strip()
        if _ANSWERED.match(label):
            return True
        named = names.named(label)
        if named and (person := people.known(named.name)) and person in people.presenters:
            return True
    return False
