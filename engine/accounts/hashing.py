"""How secrets are kept: passwords by Argon2id, tokens by SHA-256."""

from __future__ import annotations

import hashlib
import threading

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import FieldError, Text, Unfit

SHORTEST, LONGEST = 12, 128
"""Length of a password in characters."""

# 19 MiB each: without a cap, twenty people signing in at nine o'clock take 400 MB at once.
HASHES = threading.BoundedSemaphore(2)
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
# What an unknown name is checked against, so that it takes as long as a known one. Its password is not kept.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$2KYY7GbXT5pUW6iqDYIH3A$kSQ2aKGy9/7ESl2FZ5BXU0LJlM6ll1eFoLzXzCB0eN8"


def check_password(name: str, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise unfit_password(
            "err_password_length",
            Text(f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。", f"A password has {SHORTEST} to {LONGEST} characters."),
        )
    if len(set(password)) < 5 or name.lower() in password.lower():
        raise unfit_password(
            "err_password_weak",
            Text(
                "密码过于简单：请至少使用 5 种不同字符，且不要包含账号名。",
                "The password is too simple: use at least 5 different characters and not the account's name.",
            ),
        )


def unfit_password(code: str, text: Text) -> Unfit:
    return Unfit(errors=[FieldError("password", code, text)])


def hashed(password: str) -> str:
    with HASHES:
        return HASHER.hash(password)


def matches(hashed: str, password: str) -> bool:
    # A megabyte of "password" must not keep a core busy.
    if len(password) > LONGEST:
        hashed, password = NOBODY, ""
    with HASHES:
        try:
            return HASHER.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
