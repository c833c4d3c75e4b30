"""docs/capacity.md from what was measured and simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.capacity.pictures import picture
from benchmarks.capacity.scenarios import DAYS, HANDOFFS, LONG, TARGET_MS, Study
from emotion_component.evaluation.tables import markdown_table

LAYOUT = "one table"


def write_page(study: Study, docs: Path) -> None:
    """The page and its picture."""
    (docs / "capacity.md").write_text("\n\n".join(_page(study)) + "\n", "utf-8")
    (docs / "images" / "capacity.png").write_bytes(picture(study))


def _page(study: Study) -> Iterator[str]:
    yield "# Capacity"
    yield from _answer(study)
    yield from _costs(study)
    yield from _simulation(study)
    yield from _limits(study)
    yield from _brokers(study)
    yield from _partitions(study)
    yield from _assumed(study)


def _answer(study: Study) -> Iterator[str]:
    plan, cell, rasa = study.plan, study.cell, study.asked
    busiest = study.day[plan.peak_hour]
    yield (
        f"**{rasa.messages_a_day / 1e6:.0f} million messages a day take {plan.servers} servers of "
        f"{plan.cores} cores for Rasa** ({study.needed} and one to spare), one PostgreSQL of "
        f"{plan.database_cores} cores, one Redis, and two desks of which one works and one waits. "
        f"A page on paper: costs were measured with one process on one machine, the day is "
        f"simulated from them. Written by `make capacity`."
    )
    yield markdown_table(
        ("at 10 million a day" if rasa.messages_a_day == 10_000_000 else "", ""),
        (
            ("busiest hour", f"{plan.peak:.0f} messages/s, {plan.peak * cell['rows']:,.0f} rows/s"),
            (
                "customers wait, busiest hour",
                f"p50 {busiest.wait(50):.0f} ms, p99 {busiest.wait(99):.0f} ms; "
                f"with one server less p99 {study.cases[1].seen.wait(99):.0f} ms",
            ),
            (
                "Rasa's cores in use, busiest hour",
                f"{busiest.rasa_used:.0%} of {plan.servers * plan.cores}",
            ),
            (
                "memory of a Rasa server",
                f"{study.server_gib:.1f} GiB for {plan.cores} processes",
            ),
            (
                "the tracker's table grows by",
                f"{study.tracker_gb / 1000:.1f} TB a month; the write-ahead log by "
                f"{study.log_gb:.0f} GB a day",
            ),
            (
                "the desk's database grows by",
                f"{study.desk_gb:.0f} GB a month, if {HANDOFFS:.0%} of the messages end with a "
                f"human",
            ),
            (
                "first limit",
                f"Rasa's `events.id`: an integer, used up after {study.days_of_ids:.0f} days. "
                "`deploy/postgres/init.sh` makes it a bigint; for a database that is there, see "
                "[deployment](deployment.md)",
            ),
            (
                "second limit",
                f"disk: keep {DAYS} days, and purge ([privacy](privacy.md)) or partition (below)",
            ),
            (
                "third limit",
                "one desk takes in all rows: "
                f"{dict(study.limits())['the desk, as it is'] / 1e6:.0f} million messages a day",
            ),
        ),
        figures=False,
    )


def _costs(study: Study) -> Iterator[str]:
    found = study.measured
    bots, desk = found["rasa"]["bots"], found["desk"]
    machine = found["machine"]
    yield "## What a message costs"
    yield (
        f"{found['rasa']['messages']} messages one at a time and as many by eight customers, "
        "the project's bot with `EmotionComponent`, conversations of up to four messages, "
        "PostgreSQL (commits wait for the disk) and Redis; everything shared "
        f"{machine['cores']} cores ({machine['processor']}, {machine['memory']}) with other work "
        f"(load {machine['load at the start']} when it began). Times of answers are those of the "
        "quietest of the rounds, all else medians. By "
        "`.venv-bench/bin/python -m benchmarks.capacity.measure` and "
        "`.venv-desk/bin/python -m benchmarks.capacity.desk`; figures and machine are in "
        "`benchmarks/capacity/measured.json`."
    )
    rows = (
        ("p50 of a message alone, ms", "alone_ms", "{:.0f}"),
        ("messages/s of one process", "messages_per_s", "{:.1f}"),
        ("processor time of Rasa, ms", "rasa_cpu_ms", "{:.0f}"),
        ("processor time of PostgreSQL, ms", "postgres_cpu_ms", "{:.1f}"),
        ("rows in `events`", "rows", "{:.1f}"),
        ("bytes in `events`, with indexes", "bytes", "{:,.0f}"),
        ("bytes in the write-ahead log", "log_bytes", "{:,.0f}"),
        ("memory of the process, MiB", "resident_mib", "{:.0f}"),
        ("… that it shares with no other, MiB", "private_mib", "{:.0f}"),
    )
    names = {"plain": "as deployed", "rabbitmq": "with RabbitMQ"}
    yield markdown_table(
        ("", *(names[bot] for bot in bots)),
        (
            (
                title,
                *(
                    form.format(one[key]["50"] if key == "alone_ms" else one[key])
                    for one in bots.values()
                ),
            )
            for title, key, form in rows
        ),
    )
    yield (
        f"A desk takes in {desk['rows_per_s']:,.0f} rows/s when {desk['share_with_a_ticket']:.0%} "
        f"of the customers are with a human ({desk['rows_per_s_row_by_row']:,.0f} when each row "
        "was taken by itself), and a handoff with "
        f"{desk['answers_a_handoff']} answers leaves {desk['bytes_a_handoff']:,.0f} bytes in its "
        "database; a message that concerns no ticket leaves none."
    )
    yield (
        "Rasa reads and replays a session before each message, so that a long one is slow. "
        "Measured at another moment than the table above: what counts is how it grows."
    )
    lengths = sorted(found["rasa"]["length"].items(), key=lambda one: int(one[0]))
    yield markdown_table(
        ("events of the session", *(f"{int(events):,}" for events, _ in lengths)),
        [("p50 of a message, ms", *(f"{ms:.0f}" for _, ms in lengths))],
    )


def _simulation(study: Study) -> Iterator[str]:
    yield "## The day, simulated"
    yield (
        "Discrete events (simpy): messages arrive at random at the rate of their hour, nginx "
        "hands each to a server, where it waits for a core, holds it for a time drawn from the "
        "measured ones, of that a part in PostgreSQL; the desk takes in the rows behind. "
        f"{study.plan.sample_s:.0f} seconds of each hour. The tests compare it with queueing "
        "theory (M/M/1, M/D/1, M/M/4). A number of servers is enough when p99 is at most "
        f"{TARGET_MS:.0f} ms in the busiest hour."
    )
    yield "![The day, and the busiest hour by messages a day](images/capacity.png)"
    yield markdown_table(
        ("busiest hour", "servers", "messages/s", "p50 ms", "p99 ms", "Rasa", "database", "desk"),
        (
            (
                case.name,
                str(case.plan.servers),
                f"{case.seen.rate:.0f}",
                *(_wait(case.seen.rasa_used, case.seen.wait(rank)) for rank in (50, 99)),
                *(
                    f"{share:.0%}" + (" **falls behind**" if share >= 1 else "")
                    for share in (
                        case.seen.rasa_used,
                        case.seen.database_used,
                        case.seen.desk_used,
                    )
                ),
            )
            for case in study.cases
        ),
    )
    yield (
        "The shares are of what each part can do. Sticky routing is worse than `least_conn` "
        "(the project's): while one server has a queue, another stands idle. It would gain "
        "nothing, for no server keeps a conversation: all read it from PostgreSQL."
    )


def _wait(used: float, ms: float) -> str:
    return f"{ms:,.0f}" if used < 1 else "grows"


def _limits(study: Study) -> Iterator[str]:
    yield "## Where each part ends"
    yield (
        "Rasa servers can be added. These cannot, and have no second to spare in the busiest hour "
        "at so many messages a day:"
    )
    yield markdown_table(
        ("part", "million messages a day"),
        ((name, f"{limit / 1e6:.0f}") for name, limit in study.limits()),
    )
    yield (
        "`events.id` ends sooner than any of them, whatever the machine: 2,147,483,647 rows are "
        f"{study.days_of_ids:.0f} days. A second desk takes nothing off the first: both read all "
        "rows, in turns, so that one can die. Beyond its limit the desk falls behind in the busy "
        "hours and catches up at night; tickets open late, and none is lost."
    )


def _brokers(study: Study) -> Iterator[str]:
    bots = study.measured["rasa"]["bots"]
    yield "## What RabbitMQ or Kafka as Rasa's event broker moves"
    if "rabbitmq" in bots:
        plain, broker = bots["plain"], bots["rabbitmq"]
        yield (
            "**RabbitMQ, measured** (Debian's, on the same machine, in turn with the bot without): "
            f"{broker['rasa_cpu_ms'] - plain['rasa_cpu_ms']:+.0f} ms of Rasa's processor time a "
            f"message ({broker['rasa_cpu_ms'] / plain['rasa_cpu_ms'] - 1:+.0%}), and "
            f"{broker['broker_cpu_ms'] - plain['broker_cpu_ms']:.1f} ms of RabbitMQ's: each of the "
            f"{plain['rows']:.0f} events is published by itself, and confirmed. It moves no limit "
            "of this page: Rasa still writes every row into PostgreSQL and reads it from there, "
            "and the desk still reads the table, because a row there is the truth and a message "
            "in a queue is not. It is for other readers (analytics, a data lake), who then need "
            "not ask PostgreSQL."
        )
    yield (
        "**Kafka, not measured**; from Rasa 3.6.21's code (`rasa/core/brokers/kafka.py`): events "
        "are handed to librdkafka's own thread, so that a message should cost less than with "
        "RabbitMQ. When Kafka cannot be reached, `publish` sleeps 5 seconds between up to 60 tries "
        "*in the server's event loop*: that server answers nobody meanwhile. With `partition_by_"
        "sender: true` the events of a conversation stay in order. Like RabbitMQ it moves other "
        "readers off PostgreSQL, and no limit here."
    )


def _partitions(study: Study) -> Iterator[str]:
    found = study.measured["rasa"]["partitions"]
    layouts = sorted(found.items(), key=lambda one: float(one[1]["ms"]))
    yield "## What partitions move"
    yield (
        "Rasa asks PostgreSQL for a customer's last session twice for each message, by "
        "`sender_id`. The same 200,000 rows in three layouts, taking turns:"
    )
    yield markdown_table(
        ("layout of `events`", "Rasa's read, ms", "times one table"),
        ((name, f"{one['ms']:.2f}", f"{one['times']:.1f}") for name, one in layouts),
    )
    day = found["a partition a day"]["ms"] - found[LAYOUT]["ms"]
    yield (
        "A partition a day makes an old day free to drop, but the read looks into the index of "
        f"each of 30 days: {2 * day:.0f} ms more a message, as a message has two such reads. "
        "Partitions by sender cost nearly nothing and keep each index small; old rows then go by "
        "`emosi purge`. Rasa itself makes neither: create the table before its first start, with "
        "the columns that `deploy/postgres/init.sh` has."
    )


def _assumed(study: Study) -> Iterator[str]:
    yield "## Assumed, not measured"
    yield (
        "- The shape of the day (`PERCENT_OF_HOUR` in `benchmarks/capacity/settings.py`): its "
        f"busiest hour has {max(study.asked.hours):.1f} % of the messages. A campaign has more.\n"
        "- That four processes on four cores do four times what one does, on a machine of their "
        "own: here one shared two cores with its databases, its customers and other work, which "
        "makes the costs too high rather than too low.\n"
        f"- PostgreSQL on a machine of its own with {study.asked.database_cores} cores and a disk "
        "that takes the commits; measured was its processor time, with a table that fits into "
        "memory. Networks between machines take no time.\n"
        "- nginx and Redis as no limit: their cost is within the measured wait (Redis) or left "
        "out (nginx).\n"
        f"- Conversations of few messages. With {LONG} events in a session see the table; a bot "
        "whose customers stay in one session for days should end it sooner "
        "(`session_expiration_time`).\n"
        f"- {HANDOFFS:.0%} of the messages end with a human, and there are humans to answer."
    )
