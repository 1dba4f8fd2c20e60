"""Tests of passwords."""

from app.core.passwords import hash_password, verify_password


async def test_password_is_hashed_and_verified() -> None:
    hashed = await hash_password("Correct-Horse-7")
    assert "Correct" not in hashed
    assert await verify_password("Correct-Horse-7", hashed)
    assert not await verify_password("wrong", hashed)


async def test_nobody_has_a_password() -> None:
    assert not await verify_password("nobody has this password", None)
