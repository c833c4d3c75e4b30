"""Start the bot's server and the agents' desk, and say where they are once they really answer.

Usage: .venv/bin/python scripts/serve.py [PORT [DESK_PORT]]
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import quiet_rasa

HOST = "127.0.0.1"
DEFAULT_PORT = 5005
DEFAULT_DESK_PORT = 5055
DESK = ".venv-desk/bin/desk"
RESTART_SECONDS = 3.0

WELCOME = """
The bot and the desk are up. Open two windows:

  http://localhost:{desk}/demo    chat with the bot as a customer, and get angry
  http://localhost:{desk}/        the agents' desk{hint}

The bot itself answers on the REST channel:

  curl -s http://localhost:{port}/webhooks/rest/webhook \\
       -H 'Content-Type: application/json' \\
       -d '{{"sender": "saya", "message": "halo"}}'

Ctrl-C stops both. To chat right in the terminal instead: make shell
"""

NO_ACCOUNT = ". Nobody has an account yet; in another terminal: make account"

NO_BOT = """
The server is up on port {port}, but could not load the bot: see the messages above.
`make train` builds a new one.
"""


def parse_port(name: str, text: str) -> int:
    """Return the port number, or leave with a message."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    sys.exit(
        f"{name}={text} is not a port number. Choose one from 1 to 65535: make run {name}=5006"
    )


def require_free(name: str, port: int) -> None:
    """Leave with a message if the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            sys.exit(
                f"Cannot listen on port {port}: {error.strerror}.\n"
                f"Stop what uses it, or choose another: make run {name}={port + 1}"
            )


def bot_is_loaded(port: int) -> bool | None:
    """Tell whether the server has a bot; None while there is no answer at all."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/status", timeout=5) as answer:
            return bool(json.load(answer).get("model_file"))
    except urllib.error.HTTPError:
        return False
    except OSError:
        return None


def desk_is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=5):
            return True
    except OSError:
        return False


def has_accounts() -> bool:
    """Whether anybody can log in to the desk."""
    listed = subprocess.run([DESK, "account", "list"], capture_output=True, text=True, check=False)
    return " active " in listed.stdout


def announce(port: int, desk_port: int) -> None:
    """Wait until both servers answer, then print how to talk to them."""
    start = time.monotonic()
    live = sys.stderr.isatty()
    while (loaded := bot_is_loaded(port)) is None or not desk_is_up(desk_port):
        if live:
            seconds = int(time.monotonic() - start)
            print(f"\r\033[KStarting the bot ... {seconds}s ", end="", file=sys.stderr, flush=True)
        time.sleep(0.5)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if not loaded:
        print(NO_BOT.format(port=port), flush=True)
        return
    hint = "" if has_accounts() else NO_ACCOUNT
    print(WELCOME.format(port=port, desk=desk_port, hint=hint), flush=True)


class DeskProcess:
    """The desk in a process of its own; started again if it ends before the bot does."""

    def __init__(self, port: int, bot_port: int) -> None:
        self._command = [
            *(DESK, "run", "--host", HOST, "--port", str(port)),
            *("--rasa", f"http://localhost:{bot_port}"),
        ]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
        self._thread.join(15)

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(self._command)
            code = self._process.wait()
            if not self._stopping.wait(RESTART_SECONDS):
                print(f"The desk ended (exit code {code}); starting it again.", flush=True)


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    port = parse_port("PORT", given.get(0, str(DEFAULT_PORT)))
    desk_port = parse_port("DESK_PORT", given.get(1, str(DEFAULT_DESK_PORT)))
    require_free("PORT", port)
    require_free("DESK_PORT", desk_port)
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    print("Starting the bot and the desk ...", flush=True)
    desk = DeskProcess(desk_port, port)
    threading.Thread(target=announce, args=(port, desk_port), daemon=True).start()
    try:
        quiet_rasa.main(
            [
                *("run", "--enable-api", "--interface", HOST, "--port", str(port)),
                # The page to try it is served by the desk and talks to the bot.
                *("--cors", f"http://localhost:{desk_port}", f"http://{HOST}:{desk_port}"),
            ]
        )
    finally:
        desk.stop()
    print("The bot and the desk have stopped.")


if __name__ == "__main__":
    main()
