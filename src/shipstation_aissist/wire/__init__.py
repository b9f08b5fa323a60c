"""The wire format, without a wire: requests and replies as values, JSON to models, when to try again.

Everything here is pure: no socket, clock, sleep, environment or logger.
"""
