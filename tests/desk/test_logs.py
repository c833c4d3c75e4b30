"""Logs: JSON, with the id of the request, without what was said."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from handoff_desk import logs, request_ids
from handoff_desk.logs import JsonFormatter, TextFormatter, without_texts


def record(message: str, *arguments: Any, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("desk", logging.INFO, "x.py", 1, message, arguments, exc_info)


def test_a_line_is_an_object() -> None:
    line = json.loads(JsonFormatter().format(record("Ticket %d\n%s", 7, "é")))
    assert line["event"] == "Ticket 7\né"
    assert (line["level"], line["logger"]) == ("info", "desk")
    assert line["time"].endswith("+00:00")
    assert "request_id" not in line


def test_it_belongs_to_its_request() -> None:
    with request_ids.using("order-17"):
        line = json.loads(JsonFormatter().format(record("x")))
    assert line["request_id"] == "order-17"


def test_more_may_be_given() -> None:
    given = record("request")
    given.__dict__.update(status=200, path="/login")
    line = json.loads(JsonFormatter().format(given))
    assert (line["status"], line["path"]) == (200, "/login")


QUOTED = (
    "(psycopg.errors.NotNullViolation) null value in column\n"
    "DETAIL:  Failing row contains (1, barang saya rusak).\n"
    "[SQL: INSERT INTO ticket (last_text) VALUES (%s)]\n"
    "[parameters: {'last_text': 'barang saya rusak'}]\n"
    "(Background on this error at: https://sqlalche.me/e/20/gkpj)"
)


@pytest.mark.parametrize("text", [QUOTED, QUOTED.replace("\n", "\\n"), f"500 {QUOTED!r}"])
def test_what_databases_quote_is_left_out(text: str) -> None:
    left = without_texts(text)
    assert "rusak" not in left
    assert "INSERT INTO ticket" in left
    assert "Background" in left


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_of_exceptions_too(formatter: logging.Formatter) -> None:
    text = formatter.format(record("failed", error=ValueError(QUOTED)))
    assert "rusak" not in text
    assert "ValueError" in text
    assert "NotNullViolation" in text


@pytest.mark.parametrize("given, is_json", [({}, True), ({"LOG_FORMAT": "text"}, False)])
def test_json_is_the_default_where_nobody_watches(
    given: dict[str, str], is_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", output := io.StringIO())
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.install(given)
        logging.getLogger("x").info("halo")
    finally:
        root.handlers[:], root.level = before, level
        logging.captureWarnings(False)
    assert output.getvalue().startswith("{") is is_json
    assert "halo" in output.getvalue()


@pytest.mark.parametrize(
    "given, kept",
    [("order-17.a_B", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False)],
)
def test_a_request_has_one_id(desk, caplog, given: str, kept: bool) -> None:
    caplog.set_level(logging.INFO, "handoff_desk.requests")
    answer = desk.client().get("/login", headers={"X-Request-ID": given} if given else {})
    found = answer.headers["x-request-id"]
    assert (found == given) is kept
    assert len(found) >= 12


def test_a_refusal_has_it_and_an_error_names_it(start, settings) -> None:
    def prepare(app: Any) -> None:
        app.add_route(_break, "/health/broken", name="broken")

    desk = start(settings, prepare)
    desk.add("sari")
    headers = {"X-Request-ID": "order-17", "Accept": "application/json"}
    browser = desk.login("sari")
    assert browser.get("/nothing", headers=headers).headers["x-request-id"] == "order-17"
    answer = browser.get("/health/broken", headers=headers)
    assert answer.status_code == 500
    assert "order-17" in answer.json()["got"]


async def _break(_request: Any) -> Any:
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    "path, shown",
    [
        ("/?q=barang+rusak", "/"),
        ("/hooks/chatwoot/s3cret", "-"),
        ("/tickets/7", "/tickets/7"),
        ("/nothing/s3cret", "-"),
    ],
)
def test_the_log_of_requests_holds_no_secret_and_nothing_searched(
    desk, caplog, path: str, shown: str
) -> None:
    caplog.set_level(logging.INFO, "handoff_desk.requests")
    desk.add("sari")
    browser = desk.login("sari")
    caplog.clear()
    browser.get(path)
    (line,) = [one for one in caplog.records if one.name == "handoff_desk.requests"]
    assert line.path == shown  # type: ignore[attr-defined]
    text = json.loads(JsonFormatter().format(line))
    assert not {"s3cret", "rusak"} & set(str(text).split("/"))
