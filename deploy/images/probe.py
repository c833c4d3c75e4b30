"""Whether the server of this container is ready: ends with 0, or with 1 and the reason.

    python deploy/images/probe.py PORT PATH

Images of Python have no curl.
"""

from __future__ import annotations

import http.client
import sys

SECONDS = 5


def main(port: int, path: str) -> None:
    """Ask once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        said = answer.read(500).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"{path}: {error or type(error).__name__}")
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {said}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(int(sys.argv[1]), sys.argv[2])
