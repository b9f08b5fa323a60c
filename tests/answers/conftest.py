"""A real Valkey, and what is kept in it."""

from support.valkey_fixtures import shared_valkey, valkey

__all__ = ["shared_valkey", "valkey"]
