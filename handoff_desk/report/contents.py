"""The sections of a report, in Indonesian. Pure: no I/O."""

from __future__ import annotations

from handoff_desk.report.making import Report
from handoff_desk.report.sections_emotions import answer_section, emotion_sections
from handoff_desk.report.sections_help import (
    course_section,
    missed_sections,
    trigger_section,
    waiting_sections,
)
from handoff_desk.report.sections_satisfaction import check_section, stars_section
from handoff_desk.report.tables import Section


def sections(report: Report) -> tuple[Section, ...]:
    """All of them, in the order in which they are read; those of tickets only with a desk."""
    found = [*emotion_sections(report.emotions), answer_section(report.answers)]
    if report.triggers is not None:
        found.append(trigger_section(report.triggers))
    found += missed_sections(report.missed)
    if report.waiting is not None:
        found += waiting_sections(report.waiting)
    found.append(course_section(report.course, handoffs=report.handoffs))
    found.append(stars_section(report.satisfaction))
    if report.triggers is not None:
        found.append(check_section(report.satisfaction))
    return tuple(found)
