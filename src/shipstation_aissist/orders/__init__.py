"""From an order id to the right parcel: the rules R1 to R12 of the design, without any I/O.

``query`` holds R1 and R5, ``rules`` R3, R4, R6 and R11, ``states`` and ``carriers`` their tables, ``flow`` what to ask
next (R2, R7, R8, R9, R12), ``response`` the answer.
"""
