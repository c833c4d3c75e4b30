"""Start the bot's server, and say where to talk to it once it really answers.

Usage: .venv/bin/python scripts/serve.py [PORT]
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

import quiet_rasa

HOST = "127.0.0.1"
DEFAULT_PORT = 5005

WELCOME = """
The bot is up. Talk to it from another terminal:

  curl -s http://localhost:{port}/webhooks/rest/webhook \\
       -H 'Content-Type: application/json' \\
       -d '{{"sender": "saya", "message": "halo"}}'

Ctrl-C stops it. To chat right in the terminal instead: make shell
"""

NO_BOT = """
The server is up on port {port}, but could not load the bot: see the messages above.
`make train` builds a new one.
"""


def parse_port(text: str) -> int:
    """Return the port number, or leave with a message."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    sys.exit(f"PORT={text} is not a port number. Choose one from 1 to 65535: make run PORT=5006")


def require_free(port: int) -> None:
    """Leave with a message if the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            sys.exit(
                f"Cannot listen on port {port}: {error.strerror}.\n"
                f"Stop what uses it, or choose another: make run PORT={port + 1}"
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


def announce(port: int) -> None:
    """Wait until the server answers, then print how to talk to it."""
    start = time.monotonic()
    live = sys.stderr.isatty()
    while (loaded := bot_is_loaded(port)) is None:
        if live:
            seconds = int(time.monotonic() - start)
            print(f"\r\033[KStarting the bot ... {seconds}s ", end="", file=sys.stderr, flush=True)
        time.sleep(0.5)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    print((WELCOME if loaded else NO_BOT).format(port=port), flush=True)


def main() -> None:
    port = parse_port(sys.argv[1] if len(sys.argv) > 1 else str(DEFAULT_PORT))
    require_free(port)
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    print("Starting the bot ...", flush=True)
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    quiet_rasa.main(["run", "--enable-api", "--interface", HOST, "--port", str(port)])
    print("The bot has stopped.")


if __name__ == "__main__":
    main()
