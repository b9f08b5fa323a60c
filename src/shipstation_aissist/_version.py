"""The version, in its one place; the build and the User-Agent read it here."""

__version__ = "1.0.0"
