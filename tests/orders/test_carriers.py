"""Carriers: one name for each, and its tracking page (R10)."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.orders.carriers import (
    CARRIERS,
    canonical_carrier,
    carrier_name,
    carrier_of_name,
    tracking_page,
)

# The carriers of R10, each with its link for the number "AB 1/2".
PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=AB%201%2F2",
    "ups": "https://www.ups.com/track?tracknum=AB%201%2F2",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr=AB%201%2F2",
    "dhl_express": "https://www.dhl.com/global-en/home/tracking/tracking-express.html?submit=1&tracking-id=AB%201%2F2",
    "dhl_ecommerce": "https://webtrack.dhlecs.com/?trackingnumber=AB%201%2F2",
    "canada_post": "https://www.canadapost-postescanada.ca/track-reperage/en#/details/AB%201%2F2",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/AB%201%2F2",
    "australia_post": "https://auspost.com.au/mypost/track/#/details/AB%201%2F2",
    "ontrac": "https://www.ontrac.com/tracking/?number=AB%201%2F2",
    "lasership": "https://www.lasership.com/track/AB%201%2F2",
    "gls": "https://gls-group.com/GROUP/en/parcel-tracking?match=AB%201%2F2",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/AB%201%2F2",
    "evri": "https://www.evri.com/track/parcel/AB%201%2F2",
    "ups_mail_innovations": "https://www.ups.com/track?tracknum=AB%201%2F2",
    "amazon_shipping": "https://track.amazon.com/tracking/AB%201%2F2",
    "purolator": "https://www.purolator.com/en/shipping/tracker?pin=AB%201%2F2",
    "postnl": "https://postnl.nl/tracktrace/?B=AB%201%2F2",
    "yodel": "https://www.yodel.co.uk/tracking/AB%201%2F2",
    "dhl_parcel_uk": "https://track.dhlparcel.co.uk/?con=AB%201%2F2",
}
NAMES = {
    "usps": "USPS",
    "ups": "UPS",
    "fedex": "FedEx",
    "dhl_express": "DHL Express",
    "dhl_ecommerce": "DHL eCommerce",
    "canada_post": "Canada Post",
    "royal_mail": "Royal Mail",
    "australia_post": "Australia Post",
    "ontrac": "OnTrac",
    "lasership": "LaserShip",
    "gls": "GLS",
    "dpd": "DPD",
    "evri": "Evri",
    "ups_mail_innovations": "UPS Mail Innovations",
    "amazon_shipping": "Amazon Shipping",
    "purolator": "Purolator",
    "postnl": "PostNL",
    "yodel": "Yodel",
    "dhl_parcel_uk": "DHL Parcel UK",
}


def test_the_carriers_are_those_that_rule_ten_names() -> None:
    assert [carrier.code for carrier in CARRIERS] == list(PAGES) == list(NAMES)


@pytest.mark.parametrize(("code", "page"), PAGES.items())
def test_each_carrier_has_a_tracking_page_with_the_number_percent_encoded(code: str, page: str) -> None:
    assert tracking_page(code, "AB 1/2") == page


@pytest.mark.parametrize("code", PAGES)
def test_a_number_cannot_lead_a_link_elsewhere(code: str) -> None:
    page = tracking_page(code, "x&a=b#?../{}%0d\r\n<script>")
    assert page is not None
    plain = tracking_page(code, "x")
    assert plain is not None
    assert urlsplit(page).netloc == urlsplit(plain).netloc
    assert page.startswith(plain)
    assert page.removeprefix(plain) == "%26a%3Db%23%3F..%2F%7B%7D%250d%0D%0A%3Cscript%3E"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_number_stands_in_the_link_as_it_is(number: str) -> None:
    page = tracking_page("ups", number)
    assert page is not None
    assert unquote(page.removeprefix("https://www.ups.com/track?tracknum=")) == number


@pytest.mark.parametrize(
    ("code", "canonical"),
    [
        ("usps", "usps"),
        ("stamps_com", "usps"),
        ("endicia", "usps"),
        ("usps_connect", "usps"),
        ("Stamps_Com", "usps"),
        (" usps ", "usps"),
        ("ups", "ups"),
        ("ups_walleted", "ups"),
        ("UPS_WALLETED", "ups"),
        ("fedex", "fedex"),
        ("fedex_walleted", "fedex"),
        ("fedex_uk", "fedex"),
        ("fedex_uk_walleted", "fedex"),
        ("fedex_ground", "fedex"),
        ("fedex_one_balance", "fedex"),
        ("dhl_express", "dhl_express"),
        ("dhl_express_worldwide", "dhl_express"),
        ("dhl_express_uk", "dhl_express"),
        ("dhl_express_australia", "dhl_express"),
        ("dhl_express_canada", "dhl_express"),
        ("dhl_global_mail", "dhl_ecommerce"),
        ("dhl_ecommerce_us", "dhl_ecommerce"),
        ("canada_post_walleted", "canada_post"),
        ("royal_mail", "royal_mail"),
        ("australia_post_eparcel", "australia_post"),
        ("australia_post_mypost_business", "australia_post"),
        ("upsmi", "ups_mail_innovations"),
        ("amazon_shipping_us", "amazon_shipping"),
        ("amazon_shipping_uk", "amazon_shipping"),
        ("purolator_walleted", "purolator"),
        ("post_nl", "postnl"),
        ("dhl_ecommerce_uk", "dhl_parcel_uk"),
        ("hermes", "evri"),
        ("hermes_corporate", "evri"),
    ],
)
def test_a_carrier_has_one_code_whatever_a_reply_calls_it(code: str, canonical: str) -> None:
    assert canonical_carrier(code) == canonical
    assert tracking_page(code, "1") == tracking_page(canonical, "1")
    assert carrier_name(code) == NAMES[canonical]


NATIONAL = {
    ("gls_us", "gls"): "https://www.gls-us.com/track-and-trace?TrackingNumbers=A%2F1",
    ("gls_canada", "gls"): "https://gls-canada.com/en/express/tracking/load-tracking/A%2F1?division=DicomExpress",
    ("gls_germany", "gls"): "https://gls-group.com/DE/en/parcel-tracking/?match=A%2F1",
    ("GLS_France", "gls"): "https://gls-group.com/FR/en/parcel-tracking/?match=A%2F1",
    ("dpd_uk", "dpd"): "https://track.dpd.co.uk/parcels/A%2F1",
    ("dpd_local", "dpd"): "https://track.dpdlocal.co.uk/parcels/A%2F1",
    ("dpdlocal", "dpd"): "https://track.dpdlocal.co.uk/parcels/A%2F1",
    ("dpd_germany", "dpd"): "https://tracking.dpd.de/status/en_DE/parcel/A%2F1",
    ("dpd_france_walleted", "dpd"): "https://trace.dpd.fr/fr/trace/A%2F1",
    ("dpd_ireland", "dpd"): "https://dpd.ie/tracking?consignmentNumber=A%2F1",
    ("dpd_poland", "dpd"): "https://tracktrace.dpd.com.pl/EN/parcelDetails?p1=A%2F1",
}


@pytest.mark.parametrize(("codes", "page"), NATIONAL.items())
def test_a_national_company_has_its_own_site_and_the_carriers_code_and_name(codes: tuple[str, str], page: str) -> None:
    """R10."""
    code, canonical = codes
    assert tracking_page(code, "A/1") == page
    assert canonical_carrier(code) == canonical
    assert carrier_name(code) == NAMES[canonical]


@pytest.mark.parametrize("code", ["", " ", "pigeon", "other_walleted", "_walleted", "ups_mail", "se-1"])
def test_a_carrier_that_is_not_known_keeps_its_code_and_has_no_link(code: str) -> None:
    assert canonical_carrier(code) == code
    assert carrier_name(code) == code
    assert tracking_page(code, "1") is None


def test_where_nothing_is_said_nothing_is_known() -> None:
    assert canonical_carrier(None) is None
    assert carrier_name(None) is None
    assert carrier_of_name(None) is None
    assert tracking_page(None, "1") is None
    assert tracking_page("ups", None) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((name, code) for code, name in NAMES.items()),
        ("FEDEX", "fedex"),
        (" fedex ", "fedex"),
        ("Federal Express", "fedex"),
        ("FedEx Ground", "fedex"),
        ("FedEx Express", "fedex"),
        ("fedex_walleted", "fedex"),
        ("United States Postal Service", "usps"),
        ("US Postal Service", "usps"),
        ("U.S. Postal Service", "usps"),
        ("Stamps.com", "usps"),
        ("stamps_com", "usps"),
        ("United Parcel Service", "ups"),
        ("DHL Express Worldwide", "dhl_express"),
        ("DHL Global Mail", "dhl_ecommerce"),
        ("DHL eCommerce Solutions", "dhl_ecommerce"),
        ("AusPost", "australia_post"),
        ("DPD Local", "dpd"),
        ("Hermes", "evri"),
    ],
)
def test_a_fulfillments_carrier_is_known_by_its_display_name(name: str, code: str) -> None:
    assert carrier_of_name(name) == code


@pytest.mark.parametrize("name", ["Bike Messenger", "", "DHL", "Fed Ex"])
def test_a_display_name_that_is_not_known_stays_as_it_is(name: str) -> None:
    assert carrier_of_name(name) == name


def test_no_alias_or_spelling_stands_for_two_carriers() -> None:
    aliases = [alias for carrier in CARRIERS for alias in (carrier.code, *carrier.aliases, *carrier.national_pages)]
    spellings = [name.casefold() for carrier in CARRIERS for name in (carrier.name, *carrier.spellings)]
    assert len(set(aliases)) == len(aliases)
    assert len(set(spellings)) == len(spellings)
    assert all(carrier.page.startswith("https://") and carrier.page.endswith("{}") for carrier in CARRIERS)
    national = [page for carrier in CARRIERS for page in carrier.national_pages.values()]
    assert all(page.startswith("https://") and page.count("{}") == 1 for page in national)
