"""The client's address, through proxies."""

from __future__ import annotations

import pytest

from handoff_desk.security.origin import client_address


@pytest.mark.parametrize(
    "peer, forwarded, proxies, expected",
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "10.0.0.1", 0, "192.0.2.1"),
        ("127.0.0.1", "203.0.113.5", 1, "203.0.113.5"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.5", 1, "203.0.113.5"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.5, 10.0.0.2", 2, "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5", 2, "127.0.0.1"),
        ("127.0.0.1", "", 1, "127.0.0.1"),
        ("127.0.0.1", "garbage", 1, "127.0.0.1"),
        ("", "", 0, "unknown"),
        ("::1", "", 0, "::/64"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", 0, "fe80::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(peer, forwarded, proxies, expected):
    assert client_address(peer, forwarded, proxies) == expected
