"""Small random hospitals that hunt edges: a world is the lines of a directory file and the questions to ask of it.

Facts start and end at the same few interesting instants, shifted by a microsecond or a second, so that they meet, touch and
overlap. All names carry the world's number, so that many worlds fit in one database.
"""

import random
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from oracle import UTC, add_months, birthday, cycle_due, local_to_utc, midnight, token_expiry

ZERO = timedelta(0)
SHIFTS = [ZERO] * 4 + [timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(seconds=1), timedelta(seconds=-1)]

# Zones with the years in which their clock changes fall on a cycle's opening, on a due date or on a midnight.
PLACES = [
    ("America/New_York", 2026), ("America/New_York", 2027), ("America/New_York", 2023), ("America/Havana", 2026),
    ("America/Santiago", 2024), ("America/Asuncion", 2017), ("Atlantic/Azores", 2027), ("Africa/Cairo", 2015),
    ("Pacific/Apia", 2011), ("Australia/Lord_Howe", 2026), ("America/Sao_Paulo", 2017), ("Asia/Beirut", 2021),
    ("Asia/Kathmandu", 2026), ("UTC", 2026),
]


def text(instant):
    """RFC 3339, in whole microseconds, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=None)
def clock_changes(zone, year):
    """Every clock change of the three years around `year`, as (instant, local time that it would have been)."""
    found = []
    moment = midnight(zone, date(year - 1, 1, 1))
    while moment.year < year + 2:
        after = moment + timedelta(hours=1)
        old = moment.astimezone(zone).utcoffset()
        if after.astimezone(zone).utcoffset() != old:
            while after - moment > timedelta(seconds=1):
                middle = moment + timedelta(seconds=(after - moment) // timedelta(seconds=2))
                if middle.astimezone(zone).utcoffset() == old:
                    moment = middle
                else:
                    after = middle
            found.append((after, (after + old).replace(tzinfo=None)))
        moment = after
    return found


def npi(number):
    """Ten digits that pass Luhn with the prefix 80840."""
    body = f"1{number:08d}"
    digits = [int(d) for d in "80840" + body]
    total = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits), start=0))
    return body + str(-total % 10)


class World:
    """One seeded hospital. `lines` is its directory, `questions` what to ask of it."""

    def __init__(self, seed, number, zone, year, first_opening):
        self.rng = random.Random(f"{seed}/{number}")
        self.number, self.zone, self.year, self.first_opening = number, ZoneInfo(zone), year, first_opening
        self.lines, self.keys, self.edges = [], set(), set()
        self.pool = self.interesting()
        self.people()
        self.charts()
        self.questions = []
        if self.chance(0.3):
            self.sponsor_of_two()

    def add(self, key, line):
        """Adds a line whose natural key is new; a second line with one key would be an error."""
        key = (line["type"], *key)
        if key in self.keys:
            return False
        self.keys.add(key)
        self.lines.append({k: v for k, v in line.items() if v is not ...})
        return True

    def chance(self, share):
        return self.rng.random() < share

    # Instants.

    def interesting(self):
        """The world's few instants: openings, due dates, clock changes, and anything."""
        instants = []
        for year in (self.year - 1, self.year, self.year + 1):
            for month in (4, 10):
                opening = date(year, month, 1)
                instants += [midnight(self.zone, opening), midnight(self.zone, cycle_due(opening))]
        start = midnight(self.zone, date(self.year, 1, 1))
        self.changes = clock_changes(self.zone, self.year)
        for change, _ in self.changes:
            instants += [change, change - timedelta(days=1), midnight(self.zone, change.astimezone(self.zone).date())]
        instants += [start + timedelta(seconds=self.rng.randrange(-40_000_000, 70_000_000)) for _ in range(6)]
        return self.rng.sample(instants, min(len(instants), self.rng.randint(5, 12)))

    def when(self):
        moment = self.rng.choice(self.pool) + self.rng.choice(SHIFTS)
        if self.chance(0.2):
            moment += timedelta(seconds=self.rng.randrange(-9_000_000, 9_000_000))
        self.edges.add(moment)
        return moment

    def interval(self, open_start=0.4, open_end=0.5):
        """`from` and `to` of a line: each may be left out, null or an instant."""
        start = None if self.chance(open_start) else self.when()
        end = None if self.chance(open_end) else self.when()
        if start is not None and end is not None and end <= start:
            start, end = (end, start) if end < start or self.chance(0.5) else (start, None)
        empty = self.rng.choice([None, ...])
        return {"from": text(start) if start else ..., "to": text(end) if end else empty}

    # People.

    def people(self):
        rng, n = self.rng, self.number
        self.practices = [f"w{n}p{i}" for i in range(rng.randint(1, 4))]
        for i, practice in enumerate(self.practices):
            self.add((practice,), {"type": "practice", "id": practice, "name": f"Practice {i}", "phone": "617-555-0100"})
        self.npis = [npi(n * 10 + i) for i in range(rng.randint(1, 8))]
        for i, number in enumerate(self.npis):
            self.add((number,), {"type": "provider", "npi": number, "family": f"Family{i}", "given": "Ana"})
            for practice in rng.sample(self.practices, min(len(self.practices), rng.choice([0, 1, 1, 1, 2, 3]))):
                for _ in range(rng.choice([1, 1, 1, 2, 3])):
                    self.dated("membership", {"practice": practice, "npi": number}, self.interval(0.75, 0.75))
        self.providers, self.staff, self.others = [], [], []
        for i, number in enumerate(self.npis):
            if self.chance(0.85):
                self.account("provider", f"doc{i}", npi=number)
        if self.chance(0.1):
            self.account("provider", "twin", npi=rng.choice(self.npis))
        if self.chance(0.2):
            self.account("provider", "abroad", family="Silva", given="Rui")
        for i in range(rng.choice([0, 1, 2, 2, 3, 4])):
            self.account("sponsored", f"staff{i}", family="Lee", given="Sam",
                         job=rng.choice(["registered_nurse", "referral_coordinator", "social_worker", "office_manager", "other"]))
        if self.chance(0.15):
            self.account("access_team", "team", family="Ortiz", given="J", roles=["reviewer"])
        if self.chance(0.2):
            self.account("family", "parent", family="Doe", given="Pat", birth_date="1985-02-03")
        self.sponsorships()

    def account(self, kind, name, **more):
        email = f"{name}.w{self.number}@example.org"
        status = self.rng.choice([..., "active"]) if self.chance(0.95) else self.rng.choice(["pending", "disabled"])
        sign_in = "hospital" if kind == "provider" and "npi" in more and self.chance(0.1) else ...
        self.add((email,), {"type": "account", "email": self.cased(email), "kind": kind, "status": status, "sign_in": sign_in, **more})
        {"provider": self.providers, "sponsored": self.staff}.get(kind, self.others).append(email)
        return email

    def cased(self, email):
        return email.upper() if self.chance(0.05) else email

    def dated(self, kind, parties, interval):
        key = (*[str(parties.get(k)).lower() for k in ("mrn", "npi", "practice", "account", "sponsor", "user")], str(interval["from"]))
        return self.add(key, {"type": kind, **parties, **interval})

    def sponsorships(self):
        rng = self.rng
        sponsors = [e for e in self.providers if self.chance(0.3) or not e.startswith("abroad")]
        self.sponsoring = set()
        for _ in range(rng.choice([0, 1, 1])):
            if sponsors and self.staff:
                self.leaver(rng.choice(sponsors), rng.choice(self.staff))
        for user in self.staff:
            if not sponsors:
                break
            for _ in range(rng.choice([0] + [1, 1, 2, 2, 3] * 2)):
                sponsor = rng.choice(sponsors)
                practice = self.some_practice_of(sponsor)
                for _ in range(rng.choice([1, 1, 1, 2])):
                    self.dated("sponsorship", {"sponsor": sponsor, "user": user, "practice": practice}, self.interval(0.65, 0.7))
                self.sponsoring.add(sponsor)
        for sponsor in sorted(self.sponsoring):
            for cycle in self.cycles():
                if self.chance(0.45):
                    opening = midnight(self.zone, cycle)
                    done = rng.choice([
                        opening, midnight(self.zone, cycle_due(cycle)), self.when(), self.when(),
                        opening + timedelta(seconds=rng.randrange(0, 20_000_000)),
                    ]) + rng.choice(SHIFTS)
                    done = max(done, opening)
                    self.edges.add(done)
                    self.add((sponsor, cycle), {"type": "validation_review", "sponsor": self.cased(sponsor),
                                                "cycle": cycle.isoformat(), "completed_at": text(done)})
                if self.chance(0.2):
                    due = cycle_due(cycle) + timedelta(days=rng.choice([-40, -1, 0, 1, 1, 14, 45, 200]))
                    self.edges.add(midnight(self.zone, due))
                    self.add((sponsor, cycle), {"type": "validation_extension", "sponsor": sponsor,
                                                "cycle": cycle.isoformat(), "due": due.isoformat()})

    def leaver(self, sponsor, user):
        """Somebody who leaves a sponsor around a due date, and may come back to the same one."""
        rng = self.rng
        practice, cycle = self.some_practice_of(sponsor), rng.choice(self.cycles())
        opening, normal = midnight(self.zone, cycle), midnight(self.zone, cycle_due(cycle))
        due = normal
        if self.chance(0.5):
            extended = cycle_due(cycle) + timedelta(days=rng.choice([-3, 1, 14, 170]))
            due = max(normal, midnight(self.zone, extended))
            self.add((sponsor, cycle), {"type": "validation_extension", "sponsor": sponsor, "cycle": cycle.isoformat(),
                                        "due": extended.isoformat()})
        edges = [opening, normal, due, due, due - (due - normal) / 2, normal - (normal - opening) / 2, due + timedelta(days=3)]
        left = rng.choice(edges) + rng.choice(SHIFTS)
        back = max(left, rng.choice(edges) + rng.choice(SHIFTS)) if self.chance(0.7) else left
        self.edges |= {left, back, due, *(e + timedelta(days=4) for e in edges)}
        who = {"sponsor": sponsor, "user": user, "practice": practice}
        self.dated("sponsorship", who, {"from": ..., "to": text(left)})
        if self.chance(0.6):
            self.dated("sponsorship", who, {"from": text(back), "to": ...})
        self.sponsoring.add(sponsor)

    def sponsor_of_two(self):
        """Staff whose token hangs on one practice and who hold a second sponsorship, where one sponsor may be overdue."""
        rng = self.rng
        if len(self.practices) < 2 or len(self.npis) < 2 or not self.staff:
            return
        known = {line["email"].lower(): line for line in self.lines if line["type"] == "account"}
        sponsors = [e for e in self.providers if "npi" in known[e]]
        if len(sponsors) < 2:
            return
        user = rng.choice(self.staff)
        for sponsor, practice in zip(rng.sample(sponsors, 2), rng.sample(self.practices, 2)):
            self.dated("membership", {"practice": practice, "npi": known[sponsor]["npi"]}, {"from": ..., "to": ...})
            self.dated("sponsorship", {"sponsor": sponsor, "user": user, "practice": practice}, {"from": ..., "to": ...})
            self.dated("listing", {"mrn": self.patients[0][0], "npi": known[sponsor]["npi"]}, {"from": ..., "to": ...})
            mrn, issued = rng.choice(self.patients)[0], midnight(self.zone, date(self.year, rng.choice([3, 4, 9, 10]), 15))
            self.add((mrn, user, text(issued)), {"type": "token", "mrn": mrn, "issued_at": text(issued), "redeemed_by": user,
                                                 "practice": practice, "redeemed_at": text(issued + timedelta(hours=1))})
            self.edges |= {issued + timedelta(days=d) for d in (30, 60, 170)}

    def some_practice_of(self, email):
        """Usually a practice that the provider joined at some time, sometimes any."""
        number = next((a["npi"] for a in self.lines if a["type"] == "account" and a["email"].lower() == email and "npi" in a), None)
        joined = [m["practice"] for m in self.lines if m["type"] == "membership" and m["npi"] == number]
        return self.rng.choice(joined if joined and self.chance(0.9) else self.practices)

    def cycles(self):
        return [date(year, month, 1) for year in (self.year - 1, self.year, self.year + 1) for month in (4, 10)]

    # Patients and what is known of them.

    def charts(self):
        self.patients = []
        for i in range(self.rng.randint(1, 4)):
            mrn = f"00{self.number}{'AB'[i % 2]}{i}"
            former = [f"F{self.number}X{i}{j}" for j in range(self.rng.choice([0, 0, 0, 1, 2]))]
            born = self.born()
            died = ...
            if self.chance(0.18):
                died = self.when().astimezone(self.zone).date() + timedelta(days=self.rng.choice([0, 0, -1, -91, -90]))
                for edge in (died + timedelta(days=1), died + timedelta(days=91)):
                    self.edges |= {midnight(self.zone, edge), midnight(self.zone, edge) + timedelta(minutes=30)}
                died = died.isoformat()
            self.edges.add(midnight(self.zone, birthday(born, 18)))
            self.add((mrn,), {"type": "patient", "mrn": mrn, "family": "Doe", "given": f"Robin{i}", "birth_date": born.isoformat(),
                              "sex": "female", "deceased_on": died, "former_mrns": former or self.rng.choice([[], ...])})
            self.patients.append([mrn, *former])
            self.facts([mrn, *former])

    def born(self):
        """Often turning 18 in the middle of the world's years, sometimes on a Feb 29."""
        if self.chance(0.15):
            leap = self.year - 18 - (self.year - 18) % 4 + self.rng.choice([-4, 0, 4])
            return date(leap, 2, 29)
        turning = self.when().astimezone(self.zone).date()
        if self.changes and self.chance(0.3):
            turning = self.rng.choice(self.changes)[0].astimezone(self.zone).date()
        return add_months(turning, -12 * (18 if self.chance(0.6) else self.rng.randint(1, 70)))

    def spelled(self, mrns):
        """The MRN or a former one, as people write it."""
        mrn = self.rng.choice(mrns) if self.chance(0.3) else mrns[0]
        if self.chance(0.1):
            mrn = self.rng.choice([mrn.lower(), mrn[:3] + "-" + mrn[3:], " " + mrn[:4] + " " + mrn[4:]])
        return mrn

    def facts(self, mrns):
        rng = self.rng

        def parties(**more):
            return {"mrn": mrns[0], **more}

        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            number, practice = rng.choice(self.npis), rng.choice(self.practices)
            who = rng.choice([{"npi": number}, {"npi": number}, {"npi": number, "practice": practice}, {"practice": practice}])
            self.dated("listing", parties(**who), self.interval(0.4, 0.6))
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            who = rng.choice([{"npi": rng.choice(self.npis)}, {"practice": rng.choice(self.practices)}])
            self.dated("care_team_seat", parties(**who), self.interval())
        accounts = self.providers + self.staff + self.others
        for _ in range(rng.choice([0, 0, 0, 0, 0, 1, 2])):
            who = rng.choice([
                {}, {"npi": rng.choice(self.npis)}, {"practice": rng.choice(self.practices)},
                {"account": rng.choice(accounts)} if accounts else {},
            ])
            self.dated("restriction", parties(**who), self.interval())
        for _ in range(rng.choice([0, 0, 1, 2])):
            holders = self.providers * 9 + self.others
            if holders:
                grant = parties(account=rng.choice(holders))
                sections = {"sections": ["results", "notes"], "sensitive": ["PSY"]} if self.chance(0.3) else {}
                self.dated("grant", {**grant, "by": self.giver(), **sections}, self.interval())
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            self.token(mrns[0])
        parents = [e for e in self.others if e.startswith("parent")]
        if parents and self.chance(0.5):
            self.dated("guardian", parties(account=parents[0], relationship="mother"), self.interval())
        # Facts may name a former MRN, and write it as they like.
        for line in self.lines:
            if line.get("mrn") == mrns[0] and line["type"] != "patient":
                line["mrn"] = self.spelled(mrns)

    def giver(self):
        return self.rng.choice([..., "team", "guardian", "guardian", "patient"])

    def token(self, mrn):
        rng = self.rng
        if self.chance(0.5):
            # At a local month end, near a local clock change.
            last = rng.choice([date(self.year, 8, 31), date(self.year, 8, 30), date(self.year - 1, 8, 29), date(self.year, 9, 8),
                               date(self.year, 9, 13), date(self.year, 9, 14), date(self.year, 5, 1), date(self.year, 5, 31),
                               date(self.year - 1, 8, 31), date(self.year, 4, 30), date(self.year, 10, 31)])
            clock = timedelta(hours=rng.choice([0, 0, 1, 2, 14]), minutes=rng.choice([0, 30, 59]))
            issued = midnight(self.zone, last) + clock + rng.choice(SHIFTS)
        else:
            issued = self.when()
        if self.changes and self.chance(0.3):
            # Its last local moment is one that a clock change removes or repeats.
            local = rng.choice(self.changes)[1] + timedelta(minutes=rng.choice([-60, -30, -1, 0, 0, 30, 59, 60]))
            issued = local_to_utc(self.zone, datetime.combine(add_months(local.date(), -6), local.time()))
        ends = token_expiry(self.zone, issued)
        redeemed = issued + timedelta(seconds=rng.choice([0, 1, 3600, 86_400, 2_000_000, 17_000_000]))
        line = {"type": "token", "mrn": mrn, "issued_at": text(issued), "by": self.giver()}
        secret = self.secret() if self.chance(0.5) else None
        if secret:
            line["secret"] = secret
        if self.chance(0.85) and (self.providers or self.staff):
            holder = rng.choice((self.providers + self.staff) * 9 + self.others)
            line |= {"redeemed_by": holder, "redeemed_at": text(redeemed)}
            if holder in self.staff:
                held = [s["practice"] for s in self.lines if s["type"] == "sponsorship" and s["user"] == holder]
                line["practice"] = rng.choice(held if held and self.chance(0.9) else self.practices)
        elif not secret:
            return
        if self.chance(0.2):
            revoked = redeemed + timedelta(seconds=rng.choice([0, 1, 86_400, 4_000_000]))
            line["revoked_at"] = text(revoked)
            self.edges.add(revoked)
        self.edges |= {redeemed, ends, ends + timedelta(minutes=30), ends - timedelta(minutes=30)}
        self.add((mrn, secret) if secret else (mrn, line["redeemed_by"], line["issued_at"]), line)

    def secret(self):
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        plain = self.rng.choice("01234567") + "".join(self.rng.choice(alphabet) for _ in range(25))
        return "-".join(plain[i:i + 4] for i in range(0, 26, 4))

    # Questions.

    def ask(self, count):
        """Makes `count` questions about this world: half aimed at one fact, half at any account, patient and edge."""
        rng = self.rng
        for cycle in self.cycles():
            for edge in (midnight(self.zone, cycle), midnight(self.zone, cycle_due(cycle))):
                self.edges |= {edge, edge + timedelta(minutes=30), edge - timedelta(minutes=30)}
        edges = sorted(self.edges)
        accounts = (self.providers + self.staff) * 6 + self.others + [f"nobody.w{self.number}@example.org"]
        for _ in range(count):
            near = SHIFTS + [timedelta(days=1), timedelta(days=-1), timedelta(days=40)]
            who, mrns, at = rng.choice(accounts), rng.choice(self.patients), rng.choice(edges)
            if self.chance(0.5):
                who, mrns, at = self.aim(who, mrns, at)
            at += rng.choice(near)
            mrn = self.spelled(mrns) if self.chance(0.99) else f"NONE{self.number}"
            stamp = at if self.chance(0.9) else at.astimezone(self.zone)
            moment = text(at) if stamp is at else stamp.isoformat()
            self.questions.append({"account": self.cased(who), "mrn": mrn, "at": moment})
        return self.questions

    def aim(self, who, mrns, at):
        """Somebody to whom one fact matters, its patient, and one of its edges (or the edge given)."""
        rng = self.rng
        line = rng.choice([line for line in self.lines if line["type"] not in ("practice", "provider")])
        if line["type"] in ("grant", "token", "restriction") and line.get("account", line.get("redeemed_by")):
            who = line.get("account", line.get("redeemed_by"))
        elif line["type"] == "sponsorship":
            who = rng.choice([line["user"], line["user"], line["sponsor"]])
        elif line["type"].startswith("validation"):
            who = rng.choice([line["sponsor"], *[s["user"] for s in self.lines if s["type"] == "sponsorship" and s["sponsor"] == line["sponsor"].lower()]])
        for candidate in self.patients:
            if any(line.get("mrn", "").replace(" ", "").replace("-", "").upper() == mrn for mrn in candidate):
                mrns = candidate
        own = [datetime.fromisoformat(line[k].replace("Z", "+00:00")) for k in ("from", "to", "redeemed_at", "revoked_at", "completed_at") if line.get(k)]
        if line["type"] == "token":
            ends = token_expiry(self.zone, datetime.fromisoformat(line["issued_at"].replace("Z", "+00:00")))
            own += [ends, ends, ends + timedelta(minutes=30), ends - timedelta(minutes=30)]
        if own and self.chance(0.6):
            at = rng.choice(own)
        return who, mrns, at

    def first_stage(self):
        """The same directory as it was earlier: some ends and revocations were not known yet."""
        earlier = []
        for line in self.lines:
            line = dict(line)
            for end in ("to", "revoked_at"):
                if line.get(end) and self.chance(0.3):
                    del line[end]
            earlier.append(line)
        return earlier
