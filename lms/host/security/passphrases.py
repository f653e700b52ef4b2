"""Passphrases: made for people, checked when chosen, hashed so that a stolen database is slow to guess (ACC-2 to 5)."""

import hmac
import math
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.host.lane import step_aside
from lms.host.security.text import LONGEST, fold
from lms.host.security.words import words

BITS = 75
SHORTEST_CHOSEN = 15
_DIGITS_A_GROUP = 4
_GROUPS = 6


@dataclass(frozen=True, slots=True)
class Generated:
    """A passphrase made for a person.

    Args:
        parts: words, or groups of digits where no word list is good enough.
        kind: `words` or `digits`, for the sentence that introduces them.

    """

    parts: tuple[str, ...]
    kind: str

    @property
    def text(self) -> str:
        """The passphrase as it is written on paper."""
        return " ".join(self.parts)


def generate(lang: str) -> Generated:
    """Make a passphrase of at least 75 bits in a language (ACC-2)."""
    listed = words(lang)
    if not listed:
        return Generated(tuple(f"{secrets.randbelow(10**_DIGITS_A_GROUP):04}" for _ in range(_GROUPS)), "digits")
    return Generated(tuple(secrets.choice(listed) for _ in range(parts_needed(len(listed)))), "words")


def parts_needed(size: int) -> int:
    """Return how many words of a list of `size` reach 75 bits."""
    return math.ceil(BITS / math.log2(size))


def entropy(lang: str) -> float:
    """Return the bits in a passphrase of this language, from the size of its list (ACC-2)."""
    listed = words(lang)
    if not listed:
        return _GROUPS * _DIGITS_A_GROUP * math.log2(10)
    return parts_needed(len(listed)) * math.log2(len(listed))


def same(typed: str, shown: str) -> bool:
    """Whether a typed part is the one that was shown, in any spelling `fold` accepts."""
    return hmac.compare_digest(fold(typed).encode(), fold(shown).encode())


# ---------------------------------------------------------------- chosen by the person (ACC-3)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ضصثقفغعهخحجشسيبلاتنمكطئءؤرلاىةوزظ",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "йцукенгшщзхъфывапролджэячсмитьбю",
)
_STEMS = (
    "password",
    "passwort",
    "passphrase",
    "passwd",
    "motdepasse",
    "contrasena",
    "clave",
    "senha",
    "parola",
    "parool",
    "sifre",
    "пароль",
    "كلمةالسر",
    "كلمةالمرور",
    "letmein",
    "iloveyou",
    "jetaime",
    "teamo",
    "amor",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "demo",
    "welcome",
    "bienvenue",
    "bienvenido",
    "hello",
    "bonjour",
    "hola",
    "secret",
    "secreto",
    "login",
    "learn",
    "veer",
    "monkey",
    "dragon",
    "master",
    "football",
    "baseball",
    "soleil",
    "princess",
    "sunshine",
    "shadow",
    "superman",
    "trustno",
    "changeme",
    "default",
    "qwerty",
    "azerty",
    "correct",
    "horse",
    "battery",
    "staple",
    "humanrights",
    "defender",
    "freedom",
    "liberty",
    "libertad",
    "justice",
    "monmotdepasse",
    "micontrasena",
    "thisismypassword",
    "mysecret",
    "mypassword",
)


def weakness(text: str, handle: str = "") -> str:
    """Say what is wrong with a passphrase a person chose: `short`, `long`, `common`, or nothing (ACC-3).

    There are no rules about kinds of characters. Common means: made of nothing but the words people start with, runs
    along a keyboard or an alphabet, one short piece over and over, or the own handle, with at most four characters more.
    """
    folded = fold(text)
    if len(folded) < SHORTEST_CHOSEN:
        return "short"
    if len(text) > LONGEST:
        return "long"
    bare = re.sub(r"[\W_]+", "", folded)
    own = re.sub(r"[\W_]+", "", fold(handle))
    return "common" if _is_common(bare, own) else ""


def _is_common(bare: str, own: str) -> bool:
    if len(set(bare)) <= 4 or re.fullmatch(r"(.{1,6}?)\1+.{0,5}", bare):
        return True
    rest = bare
    for stem in sorted((*map(fold, _STEMS), *([own] if len(own) > 3 else [])), key=len, reverse=True):
        rest = rest.replace(stem, "\0")
    for run in _RUNS:
        rest = _without_runs(rest, run)
    return len(rest.replace("\0", "")) <= 4


def _without_runs(text: str, run: str) -> str:
    pairs = {run[i : i + 2] for i in range(len(run) - 1)} | {run[i + 1] + run[i] for i in range(len(run) - 1)}
    kept: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and text[end - 1 : end + 1] in pairs:
            continue
        kept.append(text[start:end] if end - start < 4 else "\0")
        start = end
    return "".join(kept)


# ---------------------------------------------------------------- hashing: ACC-4 and ACC-5
class Busy(Exception):  # noqa: N818 - a state of the server, not a fault
    """Too many people are signing in at this moment; answer 503 with Retry-After."""

    retry_after = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1

    def __str__(self) -> str:
        return f"argon2id v={ARGON2_VERSION} m={self.memory_kib} t={self.passes} p={self.lanes}"

    @classmethod
    def parse(cls, text: str) -> "Cost":
        """Read the parameters stored beside a verifier."""
        found = re.fullmatch(rf"argon2id v={ARGON2_VERSION} m=(\d+) t=(\d+) p=(\d+)", text)
        if found is None:
            raise ValueError("unknown passphrase parameters")
        return cls(*map(int, found.groups()))


STANDARD = Cost()
FLOOR = Cost(memory_kib=19_456, passes=2)


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the server keeps of a passphrase: class C4.

    Args:
        salt: random, for this one.
        params: the cost.
        digest: what is compared.
        kept_as: what a digest becomes before it is kept; rotations of the secret put layers on it (ENC-11).

    """

    salt: bytes
    params: str
    digest: bytes
    kept_as: Callable[[bytes], bytes] = bytes


WIDTH, QUEUE = 2, 50
FOR_READERS = 2


class Gate:
    """At most `width` hashes at once and `queue` waiting, so that a flood costs time but no memory (ACC-5)."""

    @classmethod
    def among(cls, threads: int) -> "Gate":
        """Return one for a process that answers with so many threads: some are left for people who read (ACC-5)."""
        return cls(queue=max(0, min(QUEUE, threads - WIDTH - FOR_READERS)))

    def __init__(self, width: int = WIDTH, queue: int = QUEUE) -> None:
        self._running = threading.Semaphore(width)
        self._places = threading.Semaphore(width + queue)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for a turn.

        Raises:
            Busy: the queue is full.

        """
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            step_aside()
            with self._running:
                yield
        finally:
            self._places.release()

    def look(self) -> None:
        """See whether there is a place, before anything is looked up for who would not get one.

        Raises:
            Busy: the queue is full.

        """
        if not self._places.acquire(blocking=False):
            raise Busy
        self._places.release()


_GATE = Gate()


class Hasher:
    """Argon2id, keyed with the pepper, split into what is stored and what opens the person's key.

    Args:
        pepper: subkey of the operator secret; a copied database alone cannot be guessed against.
        cost: parameters of new verifiers.
        gate: limits parallel hashes; one for the whole process by default.

    Raises:
        ValueError: the cost is below 19 MiB and two passes.

    """

    def __init__(self, pepper: bytes, *, cost: Cost = STANDARD, gate: Gate = _GATE) -> None:
        if cost.memory_kib < FLOOR.memory_kib or cost.passes < FLOOR.passes:
            raise ValueError("Argon2 below 19 MiB or two passes is refused (ACC-4)")
        self._pepper = pepper
        self.cost = cost
        self._gate = gate
        self.nobody = Verifier(secrets.token_bytes(16), str(cost), bytes(32))

    @classmethod
    def cheap(cls, pepper: bytes) -> "Hasher":
        """Make one that costs next to nothing. Only the test factory may call this; a shape test looks."""
        made = cls(pepper)
        made.cost = Cost(memory_kib=8, passes=1)
        made.nobody = Verifier(secrets.token_bytes(16), str(made.cost), bytes(32))
        return made

    def create(self, passphrase: str) -> tuple[Verifier, bytes]:
        """Return the verifier to store and the key (KEK) that wraps the person's private key."""
        salt = secrets.token_bytes(16)
        digest, kek = self._derive(passphrase, salt, self.cost)
        return Verifier(salt, str(self.cost), digest), kek

    def open(self, passphrase: str, verifier: Verifier | None) -> bytes | None:
        """Return the KEK if the passphrase fits.

        Without a verifier (no such handle) the same work is done and nothing fits, so that time tells nobody which
        handles exist (ACC-10).
        """
        against = verifier or self.nobody
        digest, kek = self._derive(passphrase, against.salt, Cost.parse(against.params))
        fits = hmac.compare_digest(against.kept_as(digest), against.digest)
        return kek if fits and verifier is not None else None

    def look_for_room(self) -> None:
        """End at once where a hash would be refused: two hundred who are sent away must cost readers nothing (ACC-5).

        Raises:
            Busy: too many hash already.

        """
        self._gate.look()

    def outdated(self, verifier: Verifier) -> bool:
        """Whether the policy has risen since this verifier was made: rehash at sign-in (ACC-4)."""
        return verifier.params != str(self.cost)

    def _derive(self, passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        with self._gate():
            raw = hash_secret_raw(
                fold(passphrase).encode(),
                salt,
                time_cost=cost.passes,
                memory_cost=cost.memory_kib,
                parallelism=cost.lanes,
                hash_len=64,
                type=Type.ID,
            )
        return self._split(raw, b"veer passphrase verifier"), self._split(raw, b"veer passphrase kek")

    def _split(self, raw: bytes, info: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=self._pepper, info=info).derive(raw)


def positions(parts: Sequence[str]) -> tuple[int, int]:
    """Choose the two places, counted from 1, that a person types again to check their copy."""
    first, second = sorted(secrets.SystemRandom().sample(range(1, len(parts) + 1), 2))
    return first, second
