"""From a notification to the customer, once (extra ``inbox``): put away durably, then told by a worker.

1. :meth:`Inbox.receive` verifies a notification and puts it away; it asks the API nothing, so that the endpoint can
   answer at once;
2. :meth:`Inbox.deliver`, in as many workers as you like, tells a function of yours of each parcel that moved on.

ShipStation delivers at least once and in any order (API notes 9.7); the function is told of the newest state of each
label, and of none that was overtaken meanwhile.
"""

from shipstation_aissist.inbox.inbox import Inbox
from shipstation_aissist.inbox.news import FailedNews, InboxCounts, ParcelNews, Receipt

__all__ = ["FailedNews", "Inbox", "InboxCounts", "ParcelNews", "Receipt"]
