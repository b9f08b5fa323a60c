"""The carriers that the library knows: names, aliases and tracking pages (R10)."""

from __future__ import annotations

from urllib.parse import quote

import attrs


@attrs.frozen
class Carrier:
    """One carrier.

    Attributes:
        code: The canonical carrier code.
        name: As a person writes it, and as fulfillments spell it.
        page: The carrier's tracking page, ``{}`` where the number goes.
        aliases: Further carrier codes of the API that mean it; ``_walleted`` is understood everywhere.
        spellings: Further spellings of the name.
        national_pages: The tracking pages of its national companies, by their carrier codes, which are aliases too.
    """

    code: str
    name: str
    page: str
    aliases: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    national_pages: dict[str, str] = attrs.field(factory=dict)


CARRIERS: tuple[Carrier, ...] = (
    Carrier(
        "usps",
        "USPS",
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
        ("stamps_com", "endicia", "usps_connect"),
        ("United States Postal Service", "US Postal Service", "U.S. Postal Service", "Stamps.com"),
    ),
    Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={}", (), ("United Parcel Service",)),
    Carrier(
        "fedex",
        "FedEx",
        "https://www.fedex.com/fedextrack/?trknbr={}",
        ("fedex_uk", "fedex_ground", "fedex_one_balance"),
        ("Federal Express", "FedEx Ground", "FedEx Express"),
    ),
    Carrier(
        "dhl_express",
        "DHL Express",
        "https://www.dhl.com/global-en/home/tracking/tracking-express.html?submit=1&tracking-id={}",
        ("dhl_express_worldwide", "dhl_express_uk", "dhl_express_australia", "dhl_express_canada"),
        ("DHL Express Worldwide",),
    ),
    Carrier(
        "dhl_ecommerce",
        "DHL eCommerce",
        "https://webtrack.dhlecs.com/?trackingnumber={}",
        ("dhl_global_mail", "dhl_ecommerce_us"),
        ("DHL eCommerce Solutions", "DHL Global Mail"),
    ),
    Carrier("canada_post", "Canada Post", "https://www.canadapost-postescanada.ca/track-reperage/en#/details/{}"),
    Carrier("royal_mail", "Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    Carrier(
        "australia_post",
        "Australia Post",
        "https://auspost.com.au/mypost/track/#/details/{}",
        ("australia_post_eparcel", "australia_post_mypost_business"),
        ("AusPost",),
    ),
    Carrier("ontrac", "OnTrac", "https://www.ontrac.com/tracking/?number={}"),
    Carrier("lasership", "LaserShip", "https://www.lasership.com/track/{}"),
    Carrier(
        "gls",
        "GLS",
        "https://gls-group.com/GROUP/en/parcel-tracking?match={}",
        (),
        ("General Logistics Systems", "GLS US", "GLS Canada"),
        {
            "gls_us": "https://www.gls-us.com/track-and-trace?TrackingNumbers={}",
            "gls_canada": "https://gls-canada.com/en/express/tracking/load-tracking/{}?division=DicomExpress",
            "gls_germany": "https://gls-group.com/DE/en/parcel-tracking/?match={}",
            "gls_france": "https://gls-group.com/FR/en/parcel-tracking/?match={}",
            "gls_italy": "https://gls-group.com/IT/en/parcel-tracking/?match={}",
            "gls_spain": "https://gls-group.com/ES/en/parcel-tracking/?match={}",
            "gls_netherlands": "https://gls-group.com/NL/en/parcel-tracking/?match={}",
            "gls_uk": "https://gls-group.com/GB/en/parcel-tracking/?match={}",
        },
    ),
    Carrier(
        "dpd",
        "DPD",
        "https://tracking.dpd.de/status/en_US/parcel/{}",
        (),
        ("DPD Local", "DPD UK", "DPD Germany", "DPD France", "DPD Ireland", "DPD Poland", "DPD Netherlands"),
        {
            "dpd_uk": "https://track.dpd.co.uk/parcels/{}",
            "dpd_local": "https://track.dpdlocal.co.uk/parcels/{}",
            "dpdlocal": "https://track.dpdlocal.co.uk/parcels/{}",
            "dpd_germany": "https://tracking.dpd.de/status/en_DE/parcel/{}",
            "dpd_france": "https://trace.dpd.fr/fr/trace/{}",
            "dpd_ireland": "https://dpd.ie/tracking?consignmentNumber={}",
            "dpd_poland": "https://tracktrace.dpd.com.pl/EN/parcelDetails?p1={}",
            "dpd_netherlands": "https://tracking.dpd.de/status/en_NL/parcel/{}",
        },
    ),
    Carrier("evri", "Evri", "https://www.evri.com/track/parcel/{}", ("hermes", "hermes_corporate"), ("Hermes",)),
    Carrier(
        "ups_mail_innovations",
        "UPS Mail Innovations",
        "https://www.ups.com/track?tracknum={}",
        ("ups_mi", "upsmi", "ups_mail_innovation"),
        ("UPS MI",),
    ),
    Carrier(
        "amazon_shipping",
        "Amazon Shipping",
        "https://track.amazon.com/tracking/{}",
        ("amazon_shipping_us", "amazon_shipping_uk", "amazon_buy_shipping", "amazon_logistics", "amazon"),
        ("Amazon Logistics", "Amazon Buy Shipping", "Amazon"),
    ),
    Carrier(
        "purolator",
        "Purolator",
        "https://www.purolator.com/en/shipping/tracker?pin={}",
        ("purolator_canada", "purolator_ca"),
        ("Purolator International",),
    ),
    Carrier(
        "postnl",
        "PostNL",
        "https://postnl.nl/tracktrace/?B={}",
        ("post_nl", "postnl_international"),
        ("Post NL",),
    ),
    Carrier("yodel", "Yodel", "https://www.yodel.co.uk/tracking/{}", ("yodel_uk", "yodel_direct"), ("Yodel Direct",)),
    Carrier(
        "dhl_parcel_uk",
        "DHL Parcel UK",
        "https://track.dhlparcel.co.uk/?con={}",
        ("dhl_ecommerce_uk", "dhl_uk"),
        ("DHL eCommerce UK", "DHL Parcel"),
    ),
)

_BY_CODE = {
    alias: carrier for carrier in CARRIERS for alias in (carrier.code, *carrier.aliases, *carrier.national_pages)
}
_BY_NAME = {name.casefold(): carrier for carrier in CARRIERS for name in (carrier.name, *carrier.spellings)}


def canonical_carrier(carrier_code: str | None) -> str | None:
    """One code per carrier, whatever the reply calls it (``stamps_com`` is ``usps``); an unknown one stays as it is.

    Labels and tracking replies name the same carrier differently (API notes 6.11).
    """
    if carrier_code is None:
        return None
    carrier = _BY_CODE.get(plain_carrier(carrier_code))
    return carrier.code if carrier else carrier_code


def carrier_of_name(name: str | None) -> str | None:
    """The code of the carrier that a fulfillment names; a name that is not known stays as it is."""
    if name is None:
        return None
    carrier = _BY_NAME.get(name.strip().casefold()) or _BY_CODE.get(plain_carrier(name))
    return carrier.code if carrier else name


def carrier_name(carrier_code: str | None) -> str | None:
    """The carrier as a person writes it; an unknown code stays as it is."""
    carrier = _BY_CODE.get(plain_carrier(carrier_code)) if carrier_code else None
    return carrier.name if carrier else carrier_code


def is_known_carrier(carrier_code: str | None) -> bool:
    """Whether the library knows a carrier code; an absent one is nothing to know."""
    return carrier_code is None or plain_carrier(carrier_code) in _BY_CODE


def tracking_page(carrier_code: str | None, tracking_number: str | None) -> str | None:
    """The carrier's own tracking page for a number, where both are known."""
    if carrier_code is None or tracking_number is None:
        return None
    plain = plain_carrier(carrier_code)
    carrier = _BY_CODE.get(plain)
    if carrier is None:
        return None
    return carrier.national_pages.get(plain, carrier.page).format(quote(tracking_number, safe=""))


def plain_carrier(carrier_code: str) -> str:
    """A carrier's code as the tables have it: in small letters, without what tells accounts apart."""
    return carrier_code.strip().lower().removesuffix("_walleted")
