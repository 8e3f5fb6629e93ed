#!/usr/bin/env python3
"""Writes leads-sample.csv: some 300 businesses that don't exist, in the columns of an Outscraper export of Google Maps.

The same file on every run. Telephone numbers are 555-01xx, which no area code gives out; mail and web addresses end in .example
(RFC 2606), so that nobody is ever written to by accident.

    python3 docs/examples/make_leads_sample.py [FILE]
"""

import csv
import json
import pathlib
import random
import re
import sys

COLUMNS = """query name name_for_emails subtypes category type phone website address street city county state state_code postal_code
country country_code domain email email.emails_validator.status source latitude longitude time_zone area_service rating reviews
reviews_link photos_count photo logo business_status working_hours working_hours_csv_compatible range about description verified
owner_title location_link location_reviews_link place_id google_id cid""".split()

# city, county, state, code, area code, zip codes, latitude, longitude, time zone
CITIES = [
    ("Birmingham", "Jefferson County", "Alabama", "AL", "205", ("35203", "35205", "35211", "35233"), 33.5186, -86.8104, "America/Chicago"),
    ("Phoenix", "Maricopa County", "Arizona", "AZ", "602", ("85003", "85008", "85016"), 33.4484, -112.0740, "America/Phoenix"),
    ("Sacramento", "Sacramento County", "California", "CA", "916", ("95811", "95814", "95816"), 38.5816, -121.4944, "America/Los_Angeles"),
    ("Denver", "Denver County", "Colorado", "CO", "303", ("80202", "80205", "80211"), 39.7392, -104.9903, "America/Denver"),
    ("Tampa", "Hillsborough County", "Florida", "FL", "813", ("33602", "33606", "33609"), 27.9506, -82.4572, "America/New_York"),
    ("Savannah", "Chatham County", "Georgia", "GA", "912", ("31401", "31404", "31405"), 32.0809, -81.0912, "America/New_York"),
    ("Chicago", "Cook County", "Illinois", "IL", "312", ("60605", "60607", "60610"), 41.8781, -87.6298, "America/Chicago"),
    ("Boston", "Suffolk County", "Massachusetts", "MA", "617", ("02108", "02116", "02118"), 42.3601, -71.0589, "America/New_York"),
    ("Albuquerque", "Bernalillo County", "New Mexico", "NM", "505", ("87102", "87106", "87110"), 35.0844, -106.6504, "America/Denver"),
    ("Buffalo", "Erie County", "New York", "NY", "716", ("14201", "14202", "14209"), 42.8864, -78.8784, "America/New_York"),
    ("Portland", "Multnomah County", "Oregon", "OR", "503", ("97201", "97205", "97214"), 45.5152, -122.6784, "America/Los_Angeles"),
    ("Austin", "Travis County", "Texas", "TX", "512", ("78701", "78704", "78745"), 30.2672, -97.7431, "America/Chicago"),
]

# category, subtypes, the words that follow a name, hours
TRADES = [
    ("Restaurant", "Restaurant, Family restaurant, Caterer", ("Kitchen", "Diner", "Grill", "Table"), "11AM-9PM"),
    ("Mexican restaurant", "Mexican restaurant, Taco restaurant", ("Taquería", "Cantina", "Cocina"), "11AM-10PM"),
    ("Cafe", "Cafe, Coffee shop, Bakery", ("Café", "Coffee House", "Roasters"), "7AM-4PM"),
    ("Plumber", "Plumber, Drainage service, Water heater installation", ("Plumbing", "Plumbing & Drain", "Pipe Works"), "8AM-5PM"),
    ("Electrician", "Electrician, Electrical installation service", ("Electric", "Wiring Co."), "8AM-5PM"),
    ("Barber shop", "Barber shop, Hair salon", ("Barbers", "Barber Shop", "Chop Shop"), "9AM-7PM"),
    ("Beauty salon", "Beauty salon, Nail salon, Day spa", ("Beauty Bar", "Nail Studio", "Salon"), "10AM-7PM"),
    ("Auto repair shop", "Auto repair shop, Brake shop, Oil change service", ("Auto Care", "Garage", "Motor Works"), "8AM-6PM"),
    ("Dentist", "Dentist, Dental clinic, Cosmetic dentist", ("Dental", "Family Dentistry"), "8AM-4PM"),
    ("Landscaper", "Landscaper, Lawn care service, Tree service", ("Landscaping", "Lawn & Garden"), "7AM-5PM"),
    ("Florist", "Florist, Gift shop", ("Flowers", "Bloom Room"), "9AM-6PM"),
    ("Veterinarian", "Veterinarian, Animal hospital, Pet groomer", ("Animal Clinic", "Pet Hospital"), "8AM-6PM"),
]

FIRST = """Alder Amber Anchor Aspen Basalt Beacon Birchwood Bluebell Bramble Brightwater Cardinal Cedar Cinder Clover Cobalt Copperleaf
Coral Cottonwood Cypress Dapple Driftwood Eastgate Ember Fairlane Feather Fernhill Finch Foxglove Gable Garnet Ginkgo Goldenrod Granite
Greenway Harbor Harvest Hawthorn Hazel Heron Hickory Hollow Indigo Ironwood Ivory Jasper Juniper Kestrel Kindle Lantern Larkspur Laurel
Lighthouse Linden Lupine Magnolia Maple Marigold Meadow Merlin Midtown Mossy Nettle Northstar Oakline Olive Onyx Orchard Osprey Palmetto
Pebble Pinecrest Plum Poppy Prairie Quail Quarry Redbud Ridgeway Riverbend Robin Rosewood Saffron Sage Sandstone Sequoia Silverleaf
Slate Sparrow Spruce Stonebridge Sumac Sunup Sycamore Tamarack Teal Thistle Timber Topaz Trillium Tupelo Umber Valley Verbena Violet
Walnut Waterline Westwind Wheatfield Willow Windmill Winter Wren Yarrow Zephyr""".split()

STREETS = ("Main St", "Oak Ave", "2nd Ave N", "Market St", "Elm St", "Commerce Blvd", "Park Rd", "Mill Ln", "Union St", "Station Rd")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
BUSINESSES = 296


def plain(text):
    for accented, letter in (("é", "e"), ("í", "i"), ("&", "and")):
        text = text.replace(accented, letter)
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def business(chance, number, names):
    """One row of the export. Of all, 55% have an e-mail address, 35% a number only, the others neither."""
    city, county, state, code, area, zips, latitude, longitude, zone = CITIES[number % len(CITIES)]
    category, subtypes, endings, hours = TRADES[(number // len(CITIES) + number) % len(TRADES)]
    while True:
        name = f"{chance.choice(FIRST)} {chance.choice(endings)}"
        if name not in names:
            break
    names.add(name)
    domain = plain(name) + ".example"

    way = chance.random()
    has_email = way < 0.55
    has_phone = way < 0.93 and (not has_email or chance.random() < 0.9)
    has_site = chance.random() < (0.3 if has_email else 0.2)
    # Those with a number only are worth a site when people praise them; most of both kinds are.
    is_good = chance.random() < (0.66 if has_email else 0.62)
    rating = round(chance.uniform(4.1, 5.0) if is_good else chance.uniform(2.9, 3.9), 1)
    reviews = chance.randint(52, 480) if is_good else chance.choice((0, chance.randint(1, 9), chance.randint(10, 49)))
    photos = chance.randint(3, 90) if is_good or chance.random() < 0.5 else 0
    # Each number of the range once in an area code.
    phone = f"+1 {area}-555-{100 + (number // len(CITIES)) % 100:04d}" if has_phone else ""
    email = f"{chance.choice(('info', 'hello', 'contact', 'office'))}@{domain}" if has_email else ""

    street = f"{chance.randint(12, 4800)} {chance.choice(STREETS)}"
    zip_code = chance.choice(zips)
    address = f"{street}, {city}, {code} {zip_code}"
    place_id = "ChIJ" + "".join(chance.choice(ID_LETTERS) for _ in range(16)) + "example"
    week = {day: hours if day != "Sunday" else "Closed" for day in DAYS}
    row = dict.fromkeys(COLUMNS, "")
    row.update(
        {
            "query": f"{category.lower()}, {zip_code}, {city}, {code}, US",
            "name": name,
            "name_for_emails": name.split(" ")[0],
            "subtypes": subtypes,
            "category": category,
            "type": category,
            "phone": phone,
            "website": f"https://{domain}/" if has_site else "",
            "address": address,
            "street": street,
            "city": city,
            "county": county,
            "state": state,
            "state_code": code,
            "postal_code": zip_code,
            "country": "United States of America",
            "country_code": "US",
            "domain": domain if has_site else "",
            "email": email,
            "email.emails_validator.status": "RECEIVING" if email else "",
            "source": "domain" if email and has_site else "",
            "latitude": f"{latitude + chance.uniform(-0.05, 0.05):.7f}",
            "longitude": f"{longitude + chance.uniform(-0.05, 0.05):.7f}",
            "time_zone": zone,
            "area_service": "False",
            # Outscraper's counts are floats, and empty where there is nothing.
            "rating": rating if reviews else "",
            "reviews": f"{reviews}.0" if reviews else "",
            "reviews_link": f"https://search.google.com/local/reviews?placeid={place_id}&authuser=0&hl=en&gl=US" if reviews else "",
            "photos_count": f"{photos}.0" if photos else "",
            "business_status": "OPERATIONAL",
            "working_hours": json.dumps({day: [text] for day, text in week.items()}),
            "working_hours_csv_compatible": "|".join(f"{day},{text}" for day, text in week.items()),
            "range": chance.choice(("", "$", "$$")),
            "about": json.dumps({"Service options": {"In-store shopping": True}, "Payments": {"Credit cards": chance.random() < 0.8}}),
            "description": f"{name} has served {city} since {chance.randint(1965, 2021)}." + ("\nAsk for our offers." if chance.random() < 0.2 else ""),
            "verified": "True" if chance.random() < 0.7 else "False",
            "owner_title": name,
            "location_link": f"https://www.google.com/maps/place/{name.replace(' ', '+')}/@{latitude},{longitude},14z/data=!4m8!1m2!19s{place_id}",
            "location_reviews_link": "",
            "place_id": place_id,
            "google_id": f"0x{chance.getrandbits(56):x}:0x{chance.getrandbits(60):x}",
            "cid": str(chance.getrandbits(62)),
        }
    )
    return row


def rows():
    chance = random.Random(2026)
    names = set()
    good = [business(chance, number, names) for number in range(BUSINESSES)]
    out = list(good)

    # As exports have them: one place found by several queries, and once for each address of its.
    for copied in (12, 47, 101, 150, 222):
        out.insert(copied + 30, {**good[copied], "query": good[copied]["query"].replace(", US", ", near me, US")})
    with_other_mail = next(row for row in good if row["email"])
    out.insert(200, {**with_other_mail, "email": "second." + with_other_mail["email"]})

    # What an import refuses or mends.
    closed = business(chance, BUSINESSES, names)
    out.insert(60, {**closed, "business_status": "CLOSED_PERMANENTLY"})
    nameless = business(chance, BUSINESSES + 1, names)
    out.insert(120, {**nameless, "name": ""})
    out.insert(180, dict.fromkeys(COLUMNS, ""))
    undeliverable = business(chance, BUSINESSES + 2, names)
    out.insert(240, {**undeliverable, "email": "info@" + plain(undeliverable["name"]) + ".example", "email.emails_validator.status": "INVALID"})
    misdialled = business(chance, BUSINESSES + 3, names)
    out.insert(260, {**misdialled, "phone": "+1 555-01"})
    return out


def main():
    path = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("leads-sample.csv"))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
