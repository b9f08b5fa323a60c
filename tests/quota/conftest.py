"""A real Valkey."""

from support.valkey_fixtures import shared_valkey, valkey

__all__ = ["shared_valkey", "valkey"]
