import threading
from concurrent.futures import ThreadPoolExecutor
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.host.security.passphrases import (
    FLOOR,
    STANDARD,
    Busy,
    Cost,
    Gate,
    Hasher,
    Verifier,
    entropy,
    generate,
    parts_needed,
    positions,
    same,
    weakness,
)
from lms.host.security.text import fold
from lms.host.security.words import LEFT_OUT, LISTS, words

PEPPER = bytes(range(32))


@pytest.fixture
def cheap():
    return Hasher.cheap(PEPPER)


@pytest.mark.parametrize("lang", [*LISTS, "ar", "fa", "my", "zh"])
def test_acc_2_generated_has_75_bits_in_every_language(lang):
    assert entropy(lang) >= 75
    made = generate(lang)
    assert made.kind == ("words" if lang in LISTS else "digits")
    if made.kind == "words":
        assert len(made.parts) == parts_needed(len(words(lang)))
        assert set(made.parts) <= set(words(lang))
    else:
        assert [len(part) for part in made.parts] == [4] * 6


def test_acc_2_entropy_follows_the_size_of_the_list():
    assert parts_needed(7776) == 6
    assert parts_needed(2048) == 7
    assert parts_needed(1024) == 8


@pytest.mark.parametrize("lang", LISTS)
def test_acc_2_no_two_words_of_a_list_are_typed_alike(lang):
    listed = words(lang)
    assert len({fold(word) for word in listed}) == len(listed)


@pytest.mark.parametrize("lang", LISTS)
def test_words_are_composed_as_pages_want_them(lang):
    assert [word for word in words(lang) if not is_normalized("NFC", word)] == []


@pytest.mark.parametrize("lang", LISTS)
def test_words_that_endanger_are_gone_and_every_line_of_that_list_has_work(lang):
    left_out = {fold(word) for word in LEFT_OUT[lang].split()}
    assert not left_out & {fold(word) for word in words(lang)}
    assert len(words(lang)) + len(left_out) == 2048


@pytest.mark.parametrize(
    ("shown", "typed"),
    [
        ("river candle north", "  River   CANDLE\tnorth "),
        ("forêt éclair cœur", "foret eclair coeur"),
        ("forêt", "fore\u0302t"),
        ("niño árbol", "nino arbol"),
        ("1234 5678", "1234-5678"),
        ("1234 5678", "12345678"),
        ("1234 5678", "١٢٣٤ ٥٦٧٨"),
        ("1234 5678", "۱۲۳۴–۵۶۷۸"),
        ("1234 5678", "１２３４　５６７８"),
        ("1234 5678", "\u200f1234\u200f 5678\u200e"),
        ("river-candle", "river candle"),
    ],
)
def test_acc_2_other_spacing_case_digits_and_keyboards_open_too(cheap, shown, typed):
    verifier, kek = cheap.create(shown)
    assert cheap.open(typed, verifier) == kek
    assert same(typed, shown)


@pytest.mark.parametrize(("one", "other"), [("йод", "иод"), ("が", "か"), ("12 a", "1 2a"), ("river", "rive r")])
def test_folding_keeps_different_words_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("fourteen chars", "short"),
        ("", "short"),
        ("   a    b    c    d  ", "short"),
        ("password password", "common"),
        ("passwordpassword1", "common"),
        ("correct horse battery staple", "common"),
        ("123456789012345678", "common"),
        ("qwertyuiopasdfghjkl", "common"),
        ("azertyuiopqsdfghjklm", "common"),
        ("1q2w3e4r5t6y7u8i9o", "common"),
        ("zyxwvutsrqponmlkji", "common"),
        ("aaaaaaaaaaaaaaaaaaaa", "common"),
        ("abcabcabcabcabcabc", "common"),
        ("iloveyouiloveyou!!", "common"),
        ("ضصثقفغعهخحجشسيبلا", "common"),
        ("йцукенгшщзхъфывапр", "common"),
        ("amber heron amber heron", "common"),
        ("x" * 1025, "long"),
        ("the goat in our yard eats soap", ""),
        ("la cabra come jabón en casa", ""),
        ("قطتنا تنام تحت شجرة الليمون", ""),
        ("a" + "quite long sentence " * 6, ""),
    ],
)
def test_acc_3_chosen_passphrases(text, verdict):
    assert weakness(text, "amber-heron") == verdict


def test_acc_3_at_least_128_characters_are_taken_whole(cheap):
    long = "cabbage " * 16
    verifier, kek = cheap.create(long + "one")
    assert weakness("unlike anything " * 8) != "long"
    assert cheap.open(long + "one", verifier) == kek
    assert cheap.open(long + "two", verifier) is None


def test_acc_4_standard_cost_and_floor():
    assert (STANDARD.memory_kib, STANDARD.passes, STANDARD.lanes) == (64 * 1024, 3, 1)
    with pytest.raises(ValueError, match="refused"):
        Hasher(PEPPER, cost=Cost(memory_kib=FLOOR.memory_kib - 1))
    with pytest.raises(ValueError, match="refused"):
        Hasher(PEPPER, cost=Cost(passes=1))


def test_acc_4_verifier_is_never_the_key_and_pepper_and_salt_count(cheap):
    verifier, kek = cheap.create("river candle")
    again, kek_again = cheap.create("river candle")
    assert len(verifier.salt) == 16
    assert verifier.digest != kek
    assert verifier.digest != again.digest
    assert kek != kek_again
    assert Hasher.cheap(bytes(32)).open("river candle", verifier) is None
    assert cheap.open("river candles", verifier) is None


def test_acc_4_parameters_stand_in_the_row_and_are_outdated_when_policy_rises(cheap):
    verifier, kek = cheap.create("river candle")
    raised = Hasher(PEPPER, cost=FLOOR)
    assert raised.outdated(verifier)
    assert not cheap.outdated(verifier)
    assert raised.open("river candle", verifier) == kek
    assert Cost.parse(verifier.params) == cheap.cost
    with pytest.raises(ValueError, match="unknown"):
        cheap.open("x", Verifier(verifier.salt, "md5", verifier.digest))


def test_acc_4_full_cost_works_once():
    hasher = Hasher(PEPPER)
    verifier, kek = hasher.create("1234 5678")
    assert "m=65536 t=3 p=1" in verifier.params
    assert hasher.open("12345678", verifier) == kek


def test_acc_10_an_unknown_handle_costs_the_same_work(cheap, monkeypatch):
    calls = []
    derive = Hasher._derive
    monkeypatch.setattr(Hasher, "_derive", lambda self, *args: calls.append(args[2]) or derive(self, *args))
    verifier, _ = cheap.create("river candle")
    calls.clear()
    assert cheap.open("river candle", None) is None
    assert cheap.open("other", verifier) is None
    assert calls == [cheap.cost, cheap.cost]


def test_acc_10_nobody_can_sign_in_as_nobody(cheap):
    cheap.nobody = Verifier(
        cheap.nobody.salt, cheap.nobody.params, cheap._derive("x", cheap.nobody.salt, cheap.cost)[0]
    )
    assert cheap.open("x", None) is None


def test_acc_5_two_at_once_a_bounded_queue_then_busy():
    gate = Gate(width=2, queue=3)
    inside, most = [], []
    go, arrived = threading.Event(), threading.Semaphore(0)

    def work():
        try:
            with gate():
                inside.append(1)
                most.append(len(inside))
                arrived.release()
                go.wait(10)
                inside.pop()
        except Busy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        first = [pool.submit(work) for _ in range(2)]
        for _ in first:
            assert arrived.acquire(timeout=10)
        waiting = [pool.submit(work) for _ in range(3)]
        while gate._places._value:  # the three take their places
            pass
        assert [pool.submit(work).result(10) for _ in range(3)] == ["busy"] * 3
        go.set()
        assert [job.result(10) for job in first + waiting] == ["done"] * 5
    assert max(most) == 2
    assert Busy.retry_after > 0


@pytest.mark.parametrize(("threads", "places"), [(1, 2), (4, 2), (6, 4), (12, 10), (64, 52), (200, 52)])
def test_acc_5_who_waits_for_a_hash_leaves_threads_to_readers(threads, places):
    """ACC-5: at most fifty wait, and never as many as there are threads to answer with."""
    gate = Gate.among(threads)
    for _ in range(places):
        assert gate._places.acquire(blocking=False)
    with pytest.raises(Busy), gate():
        pass


def test_acc_5_a_failing_hash_gives_its_place_back():
    gate = Gate(width=1, queue=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate():
            1 / 0  # noqa: B018
    with gate():
        pass


def test_two_different_places_are_asked_for():
    for _ in range(50):
        first, second = positions(("a", "b", "c"))
        assert 1 <= first < second <= 3
