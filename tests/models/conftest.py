"""The pure core is tested with sockets forbidden."""

from support.purity import no_sockets

__all__ = ["no_sockets"]
