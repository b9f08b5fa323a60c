"""From an order id to the right parcel: the rules R1 to R15, without any I/O.

``query`` holds R1 and R12, ``finding`` R2, ``comparing`` R3, ``recipients`` R4 and R5, ``labels`` R6, ``tracking`` R8,
``elsewhere`` R9, ``carriers`` R10, ``choosing`` R11, ``states`` the states; ``one_order`` puts the answer together, a
``response``.
"""
