"""The command line; it needs the extra ``cli``, and is imported by ``__main__`` only."""
