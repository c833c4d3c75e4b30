"""One report: rows through conversations to figures. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from handoff_desk.rasa.events import Row
from handoff_desk.report.answers import AnswerFigures, Answers
from handoff_desk.report.course import CourseFigures, Step
from handoff_desk.report.emotions import EmotionFigures, Emotions
from handoff_desk.report.escalations import Trigger, by_trigger
from handoff_desk.report.helped import Helped
from handoff_desk.report.missed import HUMAN_INTENTS, Miss, Missed, MissedFigures
from handoff_desk.report.period import Period
from handoff_desk.report.rated import Satisfaction, judge
from handoff_desk.report.satisfaction import FeelingFigures
from handoff_desk.report.sessions import sessions
from handoff_desk.report.waiting import Waiting, waits

MARGIN = 86400.0
"""So many seconds before the period are looked at, for conversations that had begun, and so many
after it, for what followed; and so far may the clocks of several servers be apart."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All figures of a period.

    Attributes:
        made_at: seconds since the epoch.
        conversations: in which a customer wrote in the period.
        triggers, waiting: None without the desk's database.
    """

    period: Period
    made_at: float
    conversations: int
    handoffs: int
    emotions: Emotions
    answers: Answers
    missed: Missed
    course: tuple[Step, ...]
    satisfaction: Satisfaction
    triggers: tuple[Trigger, ...] | None
    waiting: Waiting | None


def count(
    rows: Iterable[Row],
    tickets: Sequence[Helped] | None,
    marked: Iterable[Miss],
    period: Period,
    *,
    now: float,
    human_intents: Collection[str] = HUMAN_INTENTS,
) -> Report:
    """Look at each row once.

    Args:
        rows: of Rasa's `events`, by their ids; those a day before and after the period, too.
        tickets: that were opened in the period; None if there is no desk.
        marked: messages that agents marked as missed.
        now: seconds since the epoch.
        human_intents: those by which customers ask for a human.
    """
    emotions, answers = EmotionFigures(period), AnswerFigures(period)
    missed, course = MissedFigures(period, human_intents), CourseFigures(period)
    feelings, conversations = FeelingFigures(period), 0
    start, end = period.start, period.end
    for session in sessions(rows, until=min(now, end + MARGIN)):
        for figures in (emotions, answers, missed, course, feelings):
            figures.add(session)
        conversations += any(start <= one.at < end for one in session.turns)
    for miss in marked:
        missed.take(miss)
    ratings = [
        (feelings.by_handoff[one.opened_event], one.score)
        for one in tickets or ()
        if one.score is not None and one.opened_event in feelings.by_handoff
    ]
    return Report(
        period=period,
        made_at=now,
        conversations=conversations,
        handoffs=course.handoffs,
        emotions=emotions.result(),
        answers=answers.result(),
        missed=missed.result(),
        course=course.result(),
        satisfaction=judge(feelings.all, ratings),
        triggers=None if tickets is None else by_trigger(tickets),
        waiting=None if tickets is None else waits(tickets, period),
    )
