"""Questions and answers: labels are found, and what stands under them is gathered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from releases.transcripts.blocks import Block, Shape
from releases.transcripts.labels import Labels, Turn, asks
from releases.transcripts.people import People
from releases.transcripts.transcript import Doubt

MAX_QUESTIONS, MAX_ANSWERS = 60, 90  # what one form may carry: 1,000 fields
_CLOSES = re.compile(r"发布会(?:到此|就到这里|到这里)?结束|今天的发布会就")


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
        self.labels = Labels(blocks, people)

    # What is done with it ----------------------------------------------------------------------

    def take(self, index: int, block: Block) -> None:
        self.labels.in_dialogue = bool(self.found.questions) or self.speaking == "host"
        turn = self.labels.turn(index, block)
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
            turn = self.labels.turn(at, self.blocks[at])
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
