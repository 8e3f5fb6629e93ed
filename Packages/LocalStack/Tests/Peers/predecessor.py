"""Prints the SQL of a predecessor's database with made-up rows: what `plumbline adopt` takes over.

    predecessor.py [--businesses 300] [--seed 1] [--without table] [--without table.column] | psql DATABASE_URL

The rows have the traps that such databases have: sites of no business, titles with claims, hex feature ids beside place ids, full and
two-letter states, telephone numbers in any notation, a purchase amount where nothing was sold. The first site is the case that started it
all: `la-plumbing-pros`, of no business. `--without` makes an older copy, which lacks tables or columns. Always the same for one seed.
"""

import argparse
import json
import random
import uuid
from datetime import datetime, timedelta

TABLES = {
    "businesses": """id uuid PRIMARY KEY, gmb_id varchar UNIQUE, gmb_place_id varchar, name varchar, slug varchar UNIQUE, email varchar,
        phone varchar, website_url varchar, address varchar, city varchar, state varchar, zip_code varchar, country varchar DEFAULT 'US',
        latitude double precision, longitude double precision, category varchar, subcategory varchar, rating numeric(2,1),
        review_count integer, photos_urls jsonb, logo_url varchar, website_status varchar, contact_status varchar,
        qualification_score integer, coverage_grid_id uuid, scraped_at timestamp, created_at timestamp, updated_at timestamp""",
    "sites": """id uuid PRIMARY KEY, slug varchar UNIQUE, business_id uuid, status varchar DEFAULT 'preview', purchased_at timestamptz,
        purchase_amount numeric(10,2) DEFAULT 495.00, purchase_transaction_id varchar, subscription_status varchar, subscription_id varchar,
        subscription_started_at timestamp, subscription_ends_at timestamp, monthly_amount numeric(10,2), next_billing_date date,
        grace_period_ends timestamp, custom_domain varchar, current_version_id uuid, site_title varchar, site_description text,
        created_at timestamp, updated_at timestamp""",
    "site_versions": """id uuid PRIMARY KEY, site_id uuid, version_number integer, html_content text, css_content text, js_content text,
        is_current boolean DEFAULT false, created_at timestamp""",
    "generated_sites": """id uuid PRIMARY KEY, business_id uuid NOT NULL, subdomain varchar UNIQUE, custom_domain varchar,
        html_content text, css_content text, js_content text, version integer, status varchar, deployed_at timestamp, sold_at timestamp,
        created_at timestamp""",
    "campaigns": """id uuid PRIMARY KEY, business_id uuid, site_id uuid, channel varchar, subject_line varchar, email_body text,
        sms_body text, recipient_email varchar, recipient_phone varchar, status varchar, sent_at timestamp, delivered_at timestamp,
        opened_at timestamp, opened_count integer DEFAULT 0, clicked_at timestamp, clicked_count integer DEFAULT 0, replied_at timestamp,
        converted_at timestamp, message_id varchar, sms_sid varchar, error_message text, scheduled_for timestamp, created_at timestamp""",
    "customers": """id uuid PRIMARY KEY, business_id uuid, site_id uuid, recurrente_user_id varchar, email varchar, full_name varchar,
        phone varchar, billing_name varchar, billing_tax_id varchar, status varchar, lifetime_value_cents integer, created_at timestamp""",
    "subscriptions": """id uuid PRIMARY KEY, customer_id uuid, site_id uuid, recurrente_subscription_id varchar,
        recurrente_checkout_id varchar, amount_cents integer, currency varchar DEFAULT 'GTQ', status varchar,
        current_period_start timestamp, current_period_end timestamp, started_at timestamp, cancelled_at timestamp""",
    "payments": """id uuid PRIMARY KEY, customer_id uuid, subscription_id uuid, recurrente_payment_id varchar,
        recurrente_checkout_id varchar, amount_cents integer, currency varchar DEFAULT 'GTQ', fee_cents integer, net_cents integer,
        payment_type varchar, status varchar, paid_at timestamp, refunded_at timestamp""",
    "coverage_grid": """id uuid PRIMARY KEY, state varchar, city varchar, country varchar, zone_id varchar, industry varchar,
        industry_category varchar, status varchar, lead_count integer, qualified_count integer, site_count integer,
        last_scraped_at timestamp""",
    "sms_opt_outs": "id uuid PRIMARY KEY, phone_number varchar, reason varchar, opted_out_at timestamp",
    "support_tickets": """id uuid PRIMARY KEY, customer_id uuid, site_id uuid, subject varchar, description text, status varchar,
        priority varchar, created_at timestamp""",
    "edit_requests": "id uuid PRIMARY KEY, site_id uuid, request_type varchar, request_text text, status varchar, created_at timestamp",
}
STATES = [("CA", "California", "Los Angeles", "310"), ("TX", "Texas", "Austin", "512"), ("AL", "Alabama", "Birmingham", "205")]
TRADES = ["Plumbing", "Roofing", "Electric", "Landscaping", "Dental", "Bakery", "Auto Repair"]
FAMILIES = ["Abbott", "Böhm", "Castillo", "Dunn", "Espinoza", "Frey", "Gómez", "Hale", "Ito", "Jansen", "O'Neil", "Kovač"]
START = datetime(2024, 3, 1, 9, 30)


class Database:
    def __init__(self, arguments):
        self.random = random.Random(arguments.seed)
        self.number = arguments.businesses
        self.without = set(arguments.without)
        self.rows = {table: [] for table in TABLES}
        self.businesses()
        self.sites()
        self.messages()
        self.money()
        self.rest()

    def id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def time(self, days=0.0):
        return (START + timedelta(days=days, seconds=self.random.randrange(86_400))).isoformat(sep=" ")

    def add(self, table, **values):
        self.rows[table].append(values)
        return values

    def phone(self, area, number):
        last = f"{100 + number % 100:04d}"
        middle = f"{200 + number % 700:03d}"
        forms = [f"({area}) {middle}-{last}", f"{area}.{middle}.{last}", f"+1 {area} {middle} {last}", f"1-{area}-{middle}-{last}",
                 f"{area}{middle}{last}", f"tel:+1{area}{middle}{last}"]
        return forms[number % len(forms)]

    def businesses(self):
        contact = ["pending", "pending", "emailed", "sms_sent", "opened", "clicked", "replied", "interested", "unsubscribed", "bounced"]
        for n in range(self.number):
            code, state, city, area = STATES[n % len(STATES)]
            name = f"{FAMILIES[n % len(FAMILIES)]} {TRADES[n % len(TRADES)]} {n}"
            self.add(
                "businesses", id=self.id(), gmb_id=f"0x{n + 0x80c2c75d:x}:0x{n + 0xdeadbeef:x}",
                gmb_place_id=None if n % 9 == 4 else f"ChIJ{n:04d}made{n * 7919 % 99991:05d}up", name=name,
                slug=f"{name.lower().replace(' ', '-').replace('ö', 'o').replace('ó', 'o').replace('č', 'c').replace(chr(39), '')}",
                email=f"owner{n}@business{n}.example" if n % 3 else None, phone=self.phone(area, n) if n % 11 else None,
                website_url=f"https://business{n}.example" if n % 5 == 0 else None, address=f"{n + 1} Main Street", city=city,
                state=[code, state][n % 2], zip_code=f"9{n:04d}", country="US", latitude=34.0 + n / 1e4, longitude=-118.0 - n / 1e4,
                category=TRADES[n % len(TRADES)], rating=(30 + n % 21) / 10, review_count=n % 300,
                photos_urls=[f"https://photos.example/{n}/{p}.jpg" for p in range(n % 7)],
                website_status=["none", "generated", "deployed", "sold"][n % 4], contact_status=contact[n % len(contact)],
                qualification_score=n % 101, scraped_at=self.time(n / 50), created_at=self.time(n / 50), updated_at=self.time(60 + n / 50),
            )
        rows = self.rows["businesses"]
        if self.number < 20:
            return
        rows[1]["name"] = "<script>alert('Acme')</script> & Söhne"
        rows[2]["name"] = None
        rows[3]["email"] = "not an address"
        rows[5]["phone"] = "call us!"
        rows[6]["gmb_place_id"] = rows[7]["gmb_place_id"]
        rows[8]["contact_status"] = "on_hold"
        # The ids have changed places.
        rows[10]["gmb_place_id"], rows[10]["gmb_id"] = rows[10]["gmb_id"], rows[10]["gmb_place_id"]
        rows[12]["contact_status"] = "purchased"
        rows[14]["created_at"] = rows[14]["updated_at"] = rows[14]["scraped_at"] = None

    def site(self, business, slug, title, n, **more):
        values = dict(
            id=self.id(), slug=slug, business_id=business and business["id"], status="preview", purchase_amount=495.00, site_title=title,
            site_description="A site that was made up.", created_at=self.time(20 + n / 50), updated_at=self.time(70 + n / 50),
        )
        values.update(more)
        site = self.add("sites", **values)
        for version in range(1, 2 + n % 3):
            self.add(
                "site_versions", id=self.id(), site_id=site["id"], version_number=version,
                html_content=f"<!DOCTYPE html><html lang=\"en\"><head><title>{slug}</title></head><body><h1>{slug}</h1>"
                             f"<p>version {version}</p><script>document.title = 'run'</script></body></html>",
                css_content="h1 { color: navy }" if n % 2 else None, js_content="alert('old script')" if n % 4 == 0 else None,
                is_current=version == 1 + n % 3, created_at=self.time(20 + n / 50),
            )
        return site

    def sites(self):
        # The case that started it all.
        self.site(None, "la-plumbing-pros", "Los Angeles Plumbing Pros | Licensed & Insured | Call (310) 555-0123", 0)
        sold = dict(status="active", subscription_status="active")
        for n, business in enumerate(self.rows["businesses"]):
            if n % 3 == 2:
                continue
            title = f"{business['name'] or 'Welcome'} | Free Quotes | Call {self.phone('310', n)}"
            more = {}
            if n % 12 == 1:
                more = dict(sold, purchased_at=self.time(40) + "+00", subscription_started_at=self.time(40), monthly_amount=97,
                            subscription_id=f"su_made_up_{n}")
            elif n % 24 == 3:
                more = dict(status="archived")
            elif n % 24 == 6:
                # Nothing says that it was sold, but its amount, which all have.
                more = dict(status="active")
            self.site(business, f"site-{n}-of-{TRADES[n % 7].lower().replace(' ', '-')}", title, n, **more)
        for n in range(min(24, self.number // 8)):
            area = STATES[n % 3][3]
            titles = [f"Orphan {n} Works | Open 24/7 | Call {self.phone(area, n)}", f"Orphan {n} Works", None, f"Home | Orphan {n} Works", ""]
            self.site(None, f"orphan-{n}-works", titles[n % len(titles)], n)
        if self.number < 20:
            return
        businesses = self.rows["businesses"]
        # Of no business by itself, and known by the older table, by its customer, by its slug, by an id of nothing.
        self.site(None, "told-by-the-older-table", "Told | by the older table", 1)
        self.add("generated_sites", id=self.id(), business_id=businesses[2]["id"], subdomain="told-by-the-older-table",
                 html_content="<p>old</p>", version=1, status="deployed", created_at=self.time(1))
        self.site(None, businesses[5]["slug"], None, 1)
        dangling = self.site(None, "of-a-business-that-is-gone", "Gone Business | Best in town", 1)
        dangling["business_id"] = self.id()
        self.site(None, "Not_A Plain--Slug!", "Not Plain | Call now", 1)
        owned = self.site(businesses[8], "owned-outright", "Owned | Outright", 1, status="owned", purchase_transaction_id="txn_1")
        owned["custom_domain"] = "owned.example"
        self.site(businesses[11], "suspended-unsold", "Suspended | Unsold", 1, status="suspended")
        for n, business in enumerate(businesses[20:50]):
            self.add(
                "generated_sites", id=self.id(), business_id=business["id"], subdomain=f"older-{n}", css_content="p { color: teal }",
                html_content=f"<html><head></head><body><p>older {n}</p></body></html>", version=1,
                status="deployed" if n % 2 else "draft", deployed_at=self.time(5) if n % 2 else None,
                sold_at=self.time(9) if n % 10 == 1 else None, created_at=self.time(2),
            )

    def messages(self):
        sites = {site["business_id"]: site for site in self.rows["sites"] if site["business_id"]}
        for n, business in enumerate(self.rows["businesses"]):
            if n % 2:
                continue
            sms = n % 6 == 4
            site = sites.get(business["id"])
            sent = START + timedelta(days=50, hours=n)
            after = lambda hours: (sent + timedelta(hours=hours)).isoformat(sep=" ")
            self.add(
                "campaigns", id=self.id(), business_id=business["id"], site_id=site and site["id"], channel="sms" if sms else "email",
                subject_line=None if sms else "We made you a site", email_body=None if sms else "<p>Look at it.</p>",
                sms_body="Look at it" if sms else None, recipient_email=None if sms else business["email"],
                recipient_phone=business["phone"] if sms else None, status=["sent", "delivered", "opened", "clicked", "bounced", "failed"][n // 2 % 6],
                sent_at=None if n // 2 % 6 == 5 else after(0), delivered_at=after(1) if n // 2 % 6 in (1, 2, 3) else None,
                opened_at=after(2) if n // 2 % 6 in (2, 3) else None, opened_count=2, clicked_at=after(3) if n // 2 % 6 == 3 else None,
                error_message="refused" if n // 2 % 6 == 5 else None, created_at=after(-1),
            )
        orphan = self.rows["sites"][0]
        self.add("campaigns", id=self.id(), site_id=orphan["id"], channel="email", subject_line="Your site", status="opened",
                 recipient_email="info@la-plumbing-pros.example", sent_at=self.time(50), opened_at=self.time(51), created_at=self.time(50))
        self.add("campaigns", id=self.id(), channel="email", subject_line="About nobody", status="sent", sent_at=self.time(50))

    def money(self):
        for n, site in enumerate(site for site in self.rows["sites"] if site.get("purchased_at")):
            started = START + timedelta(days=40 + n)
            state = ["active", "active", "past_due", "cancelled"][n % 4]
            customer = self.add(
                "customers", id=self.id(), business_id=site["business_id"], site_id=site["id"], recurrente_user_id=f"us_made_up_{n}",
                email=f"payer{n}@business.example", full_name=f"Ana Payer {n}", phone=f"+502 5550 {n:04d}", status=state,
                lifetime_value_cents=49_500, created_at=started.isoformat(sep=" "),
            )
            subscription = self.add(
                "subscriptions", id=self.id(), customer_id=customer["id"], site_id=site["id"],
                recurrente_subscription_id=f"su_made_up_{n}", recurrente_checkout_id=f"ch_made_up_{n}", amount_cents=75_000, currency="GTQ",
                status=state, current_period_start=started.isoformat(sep=" "),
                current_period_end=(started + timedelta(days=30)).isoformat(sep=" "), started_at=started.isoformat(sep=" "),
                cancelled_at=(started + timedelta(days=20)).isoformat(sep=" ") if state == "cancelled" else None,
            )
            for month in range(1 + n % 3):
                self.add(
                    "payments", id=self.id(), customer_id=customer["id"], subscription_id=subscription["id"],
                    recurrente_payment_id=f"pa_made_up_{n}_{month}", recurrente_checkout_id=f"ch_made_up_{n}", amount_cents=75_000,
                    currency="GTQ", fee_cents=3_500, net_cents=71_500, payment_type="subscription",
                    status="failed" if n % 5 == 3 and month == 1 else "succeeded",
                    paid_at=(started + timedelta(days=30 * month)).isoformat(sep=" "),
                    refunded_at=(started + timedelta(days=30 * month + 2)).isoformat(sep=" ") if n % 7 == 2 and month == 0 else None,
                )
        # Of nobody: no site, no business.
        self.add("customers", id=self.id(), email="nobody@people.example", full_name="No Body", status="active", created_at=self.time(3))
        orphan = self.rows["sites"][0]
        self.add("customers", id=self.id(), site_id=orphan["id"], email="info@la-plumbing-pros.example", full_name="Luis Orphan",
                 status="lead", created_at=self.time(45))

    def rest(self):
        for n in range(12):
            code, _, city, _ = STATES[n % 3]
            self.add("coverage_grid", id=self.id(), state=code, city=city, country="US", zone_id=f"z{n}", industry=TRADES[n % 7],
                     status="completed", lead_count=n, qualified_count=n // 2, site_count=n // 3, last_scraped_at=self.time(n))
        for n in range(min(6, self.number)):
            self.add("sms_opt_outs", id=self.id(), phone_number=self.rows["businesses"][n]["phone"] or "512-555-0199", reason="STOP",
                     opted_out_at=self.time(55))
        customers = [customer for customer in self.rows["customers"] if customer.get("site_id")]
        for n, customer in enumerate(customers[:10]):
            self.add("support_tickets", id=self.id(), customer_id=customer["id"], site_id=customer["site_id"], subject=f"Ticket {n}",
                     description="The picture is gone.", status="open" if n % 2 else "closed", priority="high", created_at=self.time(80))
            self.add("edit_requests", id=self.id(), site_id=customer["site_id"], request_type="text", request_text=f"Say it louder, {n}",
                     status="pending", created_at=self.time(81))

    def sql(self):
        lines = ["BEGIN;"]
        for table, definition in TABLES.items():
            if table in self.without:
                continue
            lines.append(f"CREATE TABLE {table} ({definition});")
            for values in self.rows[table]:
                columns = [column for column in values if values[column] is not None]
                lines.append(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(literal(values[c]) for c in columns)});")
            for name in sorted(self.without):
                if name.startswith(table + "."):
                    lines.append(f"ALTER TABLE {table} DROP COLUMN {name.split('.')[1]} CASCADE;")
        return "\n".join(lines + ["COMMIT;"])


def literal(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = json.dumps(value) if isinstance(value, (list, dict)) else value
    return "'" + text.replace("'", "''") + "'"


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--businesses", type=int, default=300)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--without", action="append", default=[])
print(Database(parser.parse_args()).sql())
