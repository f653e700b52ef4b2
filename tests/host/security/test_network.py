"""Tries from one network (ACC-11): counted in memory, forgotten each hour."""

from datetime import timedelta

import pytest

from lms.host.security.network import FROM_A_NETWORK, FROM_EVERYWHERE, MOST_NETWORKS, Buckets, allow_try

HOST = "learn.example.org"


def granted(buckets, addresses, host=HOST):
    return sum(allow_try(buckets, host=host, address=address) for address in addresses)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("203.0.113.7", "203.0.113.250", "203.0.114.7"),
        ("2001:db8:77:1::1", "2001:db8:77:ffff::2", "2001:db8:78::1"),
        ("::ffff:203.0.113.7", "203.0.113.9", "::ffff:203.0.114.7"),
    ],
)
def test_a_network_has_its_own_bucket(frozen_clock, one, same, other):
    buckets = Buckets()
    assert granted(buckets, [one] * 200) == FROM_A_NETWORK
    assert granted(buckets, [same]) == 0
    assert granted(buckets, [other]) == 1
    frozen_clock.moment += timedelta(minutes=1)
    assert granted(buckets, [same]) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", None, "", "not an address"])
def test_this_machine_and_what_has_no_address_share_only_the_bucket_of_everybody(frozen_clock, address):
    assert granted(Buckets(), [address] * 2_000) == FROM_EVERYWHERE


def test_an_onion_service_knows_no_networks(frozen_clock):
    assert granted(Buckets(), ["203.0.113.7"] * 2_000, "abc.onion:80") == FROM_EVERYWHERE


def test_the_key_is_thrown_away_each_hour_and_no_address_is_held(frozen_clock):
    frozen_clock.moment = frozen_clock.moment.replace(minute=59, second=59)
    buckets = Buckets()
    granted(buckets, ["203.0.113.7"])
    before, key = set(buckets._left), buckets._key
    assert all(b"\xcb\x00\x71" not in digest for digest in before)
    frozen_clock.moment += timedelta(seconds=1)
    granted(buckets, ["203.0.113.7"])
    assert buckets._key != key
    assert before.isdisjoint(buckets._left)


def test_no_number_of_networks_fills_the_memory(frozen_clock):
    buckets = Buckets()
    for number in range(MOST_NETWORKS + 10):
        buckets.allow(number.to_bytes(4), rate=1)
    assert len(buckets._left) <= MOST_NETWORKS + 1
