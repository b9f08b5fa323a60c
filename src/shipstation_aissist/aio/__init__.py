"""The asynchronous edge (extra ``async``: httpx2 and anyio): the same client and actions with ``await``.

What to ask, when to try again, what a reply means and who may see what is decided elsewhere, once, without I/O. Here
stand one driver, one exchange, and the names that users see. It runs on asyncio, with uvloop too, and on trio.
"""
