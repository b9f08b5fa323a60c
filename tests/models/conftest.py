"""The pure core is tested with sockets forbidden."""

from support.purity import cold_caches, no_sockets

__all__ = ["cold_caches", "no_sockets"]
