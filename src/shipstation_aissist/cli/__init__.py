"""The command line (design 2.8); it needs the extra ``cli``, and is imported by ``__main__`` only."""
