"""The access decision, written a second time from the written rules alone.

Nothing here is shared with the program: naive loops over the lines of a directory file, no index, no cache. Every comment
quotes the rule it follows. `compare.py` asks both the same questions; README.md lists the readings taken where the rules
are silent.

    python3 oracle.py DIRECTORY.jsonl QUERIES.jsonl [--zone America/New_York] [--first-opening 2026-04-01]
"""

import argparse
import json
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def clean_mrn(text):
    """"all blanks and dashes removed, letters upper-cased, leading zeros kept"."""
    return "".join(c for c in text if c not in "- \t").upper()


def clean_email(text):
    return text.strip().casefold()


# Calendar arithmetic in hospital time.

def local_to_utc(zone, naive):
    """"a local time that a clock change removes becomes the first instant after the gap, one that happens twice is the earlier"."""
    candidates = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    right = [c for c in candidates if c.astimezone(zone).replace(tzinfo=None) == naive]
    if right:
        return min(right)
    before, after = min(candidates), max(candidates)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def midnight(zone, day):
    return local_to_utc(zone, datetime.combine(day, time()))


def days_in(year, month):
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return (first_of_next - timedelta(days=1)).day


def add_months(day, months):
    """"months clamp to the month's end (Aug 31 + 6 months = Feb 28/29)"."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, days_in(year, month)))


def birthday(born, years):
    """"A child born Feb 29 has birthdays on March 1 in common years"."""
    try:
        return date(born.year + years, born.month, born.day)
    except ValueError:
        return date(born.year + years, 3, 1)


def token_expiry(zone, issued):
    """"six calendar months after issue, at the same local time"."""
    local = issued.astimezone(zone)
    return local_to_utc(zone, datetime.combine(add_months(local.date(), 6), local.time().replace(fold=0, tzinfo=None)))


def cycle_due(cycle):
    """"April 1 and October 1 … due at local midnight 30 days later (May 1, October 31)"."""
    return cycle + timedelta(days=30)


def cycles(first, last):
    for year in range(first.year - 1, last.year + 2):
        for month in (4, 10):
            day = date(year, month, 1)
            if first <= day <= last:
                yield day


class Oracle:
    """A directory in memory. `first_opening` is the first cycle that counts."""

    def __init__(self, lines, zone, first_opening):
        self.zone = ZoneInfo(zone)
        self.first_opening = first_opening
        self.by_type = {}
        for line in lines:
            self.by_type.setdefault(line["type"], []).append(line)

    def lines(self, kind):
        return self.by_type.get(kind, [])

    # Reading lines.

    def holds(self, line, at):
        """"Intervals are half-open [start, end); a missing start is since ever, a missing end is open"."""
        start = instant(line["from"]) if line.get("from") else EVER
        end = instant(line["to"]) if line.get("to") else NEVER
        return start <= at < end

    def account(self, email):
        for line in self.lines("account"):
            if clean_email(line["email"]) == clean_email(email):
                return line
        return None

    def patient(self, mrn):
        """"an old MRN finds the survivor"."""
        for line in self.lines("patient"):
            if clean_mrn(mrn) in [clean_mrn(m) for m in [line["mrn"], *line.get("former_mrns", [])]]:
                return line
        return None

    def of_patient(self, kind, patient):
        return [line for line in self.lines(kind) if self.patient(line["mrn"]) is patient]

    def active(self, account):
        return account.get("status", "active") == "active"

    def member(self, npi, practice, at):
        return npi is not None and any(
            m["npi"] == npi and m["practice"] == practice and self.holds(m, at) for m in self.lines("membership")
        )

    def practices_of(self, npi, at):
        return [p["id"] for p in self.lines("practice") if self.member(npi, p["id"], at)]

    # Sponsorships and their validation.

    def live(self, sponsorship, at):
        """"t in its interval, staff account active, sponsor account active, sponsor is a member of that practice at t"."""
        sponsor, staff = self.account(sponsorship["sponsor"]), self.account(sponsorship["user"])
        return (
            self.holds(sponsorship, at)
            and self.active(staff)
            and self.active(sponsor)
            and self.member(sponsor.get("npi"), sponsorship["practice"], at)
        )

    def due(self, sponsor, cycle):
        """"the new date is the lock date, locked from its local midnight; … never precedes the normal date"."""
        day = cycle_due(cycle)
        for line in self.lines("validation_extension"):
            if clean_email(line["sponsor"]) == clean_email(sponsor) and line["cycle"] == cycle.isoformat():
                day = max(day, date.fromisoformat(line["due"]))
        return midnight(self.zone, day)

    def overdue(self, sponsor, at):
        """"overdue at t for a cycle when t is at or past its due instant, at least one listed sponsorship was still live (locks
        apart) at the due instant, and no review for that cycle or a later one was completed by t"."""
        theirs = [s for s in self.lines("sponsorship") if clean_email(s["sponsor"]) == clean_email(sponsor)]
        for cycle in cycles(self.first_opening, at.date() + timedelta(days=2)):
            due = self.due(sponsor, cycle)
            if at < due:
                continue
            opening = midnight(self.zone, cycle)
            # "a new sponsorship of the same person by the same sponsor in the same practice inherits listed status"
            listed = [
                s for s in theirs
                if any(
                    clean_email(o["user"]) == clean_email(s["user"]) and o["practice"] == s["practice"] and self.live(o, opening)
                    for o in theirs
                )
            ]
            if not any(self.live(s, due) for s in listed):
                continue
            if not any(
                clean_email(r["sponsor"]) == clean_email(sponsor)
                and date.fromisoformat(r["cycle"]) >= cycle
                and instant(r["completed_at"]) <= at
                for r in self.lines("validation_review")
            ):
                return True
        return False

    # The decision.

    def explain(self, email, mrn, at):
        answer = self.decide(email, mrn, at)
        if isinstance(answer, str):
            return {"allowed": False, "bases": [], "refusal": answer}
        if not answer:
            return {"allowed": False, "bases": [], "refusal": "no_basis"}
        return {"allowed": True, "bases": answer, "refusal": None}

    def decide(self, email, mrn, at):
        viewer = self.account(email)
        if viewer is None:
            return "unknown_account"
        patient = self.patient(mrn)
        if patient is None:
            return "unknown_patient"
        return self.forbid(viewer, patient, at) or self.permits(viewer, patient, at)

    def forbid(self, viewer, patient, at):
        if not self.active(viewer):
            return "account_inactive"
        if viewer["kind"] == "provider" and self.overdue(viewer["email"], at):
            return "validation_overdue"
        live = self.live_sponsorships(viewer, at)
        if viewer["kind"] == "sponsored":
            if not live:
                return "no_sponsorship"
            if all(self.overdue(s["sponsor"], at) for s in live):
                return "sponsor_locked"
        for line in self.of_patient("restriction", patient):
            if self.holds(line, at) and self.restricts(line, viewer, live, at):
                return "patient_restricted"
        died = patient.get("deceased_on")
        # "from 00:00 hospital time of the date of death + 91 days"
        if died and at >= midnight(self.zone, date.fromisoformat(died) + timedelta(days=91)):
            return "patient_deceased"
        return None

    def restricts(self, line, viewer, live, at):
        """"of everyone or naming this viewer's account, NPI or practice (a membership at `now`, or a live sponsorship's)"."""
        if line.get("account"):
            return clean_email(line["account"]) == clean_email(viewer["email"])
        if line.get("npi"):
            return viewer.get("npi") == line["npi"]
        if line.get("practice"):
            if viewer["kind"] == "provider":
                return self.member(viewer.get("npi"), line["practice"], at)
            return any(s["practice"] == line["practice"] for s in live)
        return True

    def live_sponsorships(self, viewer, at):
        if viewer["kind"] != "sponsored":
            return []
        return [
            s for s in self.lines("sponsorship")
            if clean_email(s["user"]) == clean_email(viewer["email"]) and self.live(s, at)
        ]

    def permits(self, viewer, patient, at):
        listings = [line for line in self.of_patient("listing", patient) if self.holds(line, at)]
        if viewer["kind"] == "provider":
            return self.provider_permits(viewer, patient, listings, at)
        if viewer["kind"] == "sponsored":
            return self.staff_permits(viewer, patient, listings, at)
        return []

    def provider_permits(self, viewer, patient, listings, at):
        bases = []
        npi = viewer.get("npi")
        mine = self.practices_of(npi, at)
        if any(line.get("npi") and line["npi"] == npi for line in listings):
            bases.append("pcp")
        for line in listings:
            if line.get("npi"):
                partner = line["npi"] != npi and any(
                    self.member(line["npi"], practice, at) and line.get("practice") in (None, practice) for practice in mine
                )
            else:
                partner = line["practice"] in mine
            if partner:
                bases.append("practice_pcp")
                break
        for line in self.of_patient("care_team_seat", patient):
            if self.holds(line, at) and (line["npi"] == npi if line.get("npi") else line["practice"] in mine):
                bases.append("care_team")
                break
        if self.before_end_of_death_day(patient, at):
            if any(self.token_holds(line, viewer, patient, at) for line in self.of_patient("token", patient)):
                bases.append("token")
            if any(
                clean_email(line["account"]) == clean_email(viewer["email"])
                and self.holds(line, at)
                and self.before_adulthood(line, patient, at)
                for line in self.of_patient("grant", patient)
            ):
                bases.append("grant")
        return bases

    def staff_permits(self, viewer, patient, listings, at):
        unlocked = [s for s in self.live_sponsorships(viewer, at) if not self.overdue(s["sponsor"], at)]
        bases = []

        def sponsor_pcp(line, sponsorship):
            sponsor = self.account(sponsorship["sponsor"])
            return line.get("npi") and line["npi"] == sponsor["npi"] and line.get("practice") in (None, sponsorship["practice"])

        def sponsor_practice_pcp(line, sponsorship):
            sponsor, practice = self.account(sponsorship["sponsor"]), sponsorship["practice"]
            if line.get("npi"):
                return (
                    line["npi"] != sponsor["npi"]
                    and self.member(line["npi"], practice, at)
                    and line.get("practice") in (None, practice)
                )
            return line["practice"] == practice

        if any(sponsor_pcp(line, s) for line in listings for s in unlocked):
            bases.append("sponsor_pcp")
        if any(sponsor_practice_pcp(line, s) for line in listings for s in unlocked):
            bases.append("sponsor_practice_pcp")
        # "for a sponsored user only while the practice in which they redeemed it has a live, unlocked sponsorship of theirs"
        if self.before_end_of_death_day(patient, at) and any(
            self.token_holds(line, viewer, patient, at) and any(s["practice"] == line["practice"] for s in unlocked)
            for line in self.of_patient("token", patient)
        ):
            bases.append("token")
        return bases

    def token_holds(self, line, viewer, patient, at):
        """"viewer's own account redeemed a token for P, from redemption until its expiry, not revoked"."""
        if not line.get("redeemed_by") or clean_email(line["redeemed_by"]) != clean_email(viewer["email"]):
            return False
        if line.get("revoked_at") and at >= instant(line["revoked_at"]):
            return False
        return (
            instant(line["redeemed_at"]) <= at < token_expiry(self.zone, instant(line["issued_at"]))
            and self.before_adulthood(line, patient, at)
        )

    def before_adulthood(self, line, patient, at):
        """"given by a guardian end at the latest at local midnight of the 18th birthday"."""
        if line.get("by", "team") != "guardian":
            return True
        return at < midnight(self.zone, birthday(date.fromisoformat(patient["birth_date"]), 18))

    def before_end_of_death_day(self, patient, at):
        """"P6–P8 end at 00:00 hospital time of the day after"."""
        died = patient.get("deceased_on")
        return not died or at < midnight(self.zone, date.fromisoformat(died) + timedelta(days=1))

    # The two lists.

    def may_see(self, email, at):
        return sorted(
            clean_mrn(p["mrn"]) for p in self.lines("patient") if self.explain(email, p["mrn"], at)["allowed"]
        )

    def who(self, mrn, at):
        answers = {clean_email(a["email"]): self.explain(a["email"], mrn, at) for a in self.lines("account")}
        return {email: answer["bases"] for email, answer in answers.items() if answer["allowed"]}


def main():
    parser = argparse.ArgumentParser(description="Answers access questions from a directory file, by the written rules.")
    parser.add_argument("directory")
    parser.add_argument("queries")
    parser.add_argument("--zone", default="America/New_York")
    parser.add_argument("--first-opening", type=date.fromisoformat, default=date.today())
    asked = parser.parse_args()
    with open(asked.directory, encoding="utf-8") as file:
        oracle = Oracle([json.loads(line) for line in file if line.strip()], asked.zone, asked.first_opening)
    with open(asked.queries, encoding="utf-8") as file:
        for query in map(json.loads, file):
            print(json.dumps({**query, **oracle.explain(query["account"], query["mrn"], instant(query["at"]))}))


if __name__ == "__main__":
    main()
