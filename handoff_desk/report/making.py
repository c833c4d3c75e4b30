"""One report: rows through conversations to figures, each row looked at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.report import escalations, rated, reading, waiting
from handoff_desk.report.answers import AnswerFigures, Answers
from handoff_desk.report.course import CourseFigures, Step
from handoff_desk.report.emotions import EmotionFigures, Emotions
from handoff_desk.report.escalations import Trigger
from handoff_desk.report.missed import HUMAN_INTENTS, Missed, MissedFigures
from handoff_desk.report.period import Period
from handoff_desk.report.rated import Satisfaction
from handoff_desk.report.satisfaction import FeelingFigures
from handoff_desk.report.sessions import sessions
from handoff_desk.report.waiting import Waiting


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


def make(
    store: TrackerStore,
    connect: reading.Connect | None,
    period: Period,
    *,
    now: float,
    human_intents: Collection[str] = HUMAN_INTENTS,
) -> Report:
    """Read everything, and count.

    Args:
        store: Rasa's; may not be there yet.
        connect: to the desk's database; without it there are no figures of tickets.
        now: seconds since the epoch.
        human_intents: those by which customers ask for a human.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: a database does not answer.
    """
    emotions, answers = EmotionFigures(period), AnswerFigures(period)
    missed, course = MissedFigures(period, human_intents), CourseFigures(period)
    feelings, conversations = FeelingFigures(period), 0
    until = min(now, period.end + reading.MARGIN)
    for session in sessions(reading.said_in(store, period), until=until):
        for figures in (emotions, answers, missed, course, feelings):
            figures.add(session)
        conversations += any(period.start <= one.at < period.end for one in session.turns)
    tickets = list(reading.helped_in(connect, period)) if connect else []
    for miss in reading.marked_in(connect, period) if connect else ():
        missed.take(miss)
    ratings = [
        (feelings.by_handoff[one.opened_event], one.score)
        for one in tickets
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
        satisfaction=rated.judge(feelings.all, ratings),
        triggers=escalations.by_trigger(tickets) if connect else None,
        waiting=waiting.waits(tickets, period) if connect else None,
    )
