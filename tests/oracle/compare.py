"""Compares the program's access decisions with the oracle's, over many seeded worlds packed into few databases.

    python3 tests/oracle/compare.py --postern target/debug/postern                       a small round on SQLite
    python3 tests/oracle/compare.py --postern … --decisions 100000 --seed 7              a large one
    python3 tests/oracle/compare.py --postern … --database postgres://…/postgres         on PostgreSQL (makes databases there)
    python3 tests/oracle/compare.py --postern … --seed 7 --round 3                       one round again

Prints the first disagreements with the lines that matter and ends 1 when there is any.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random

sys.dont_write_bytecode = True

from oracle import Oracle, clean_email, clean_mrn, instant  # noqa: E402
from world import PLACES, World  # noqa: E402

WORLDS_IN_A_ROUND = 40
QUESTIONS_IN_A_WORLD = 50


def round_of(seed, number, questions):
    """The worlds of one round share a zone and a first opening."""
    rng = Random(f"{seed}/{number}")
    zone, year = rng.choice(PLACES) if number % 2 else PLACES[rng.randrange(3)]
    first = rng.choice([date(year - 1, 4, 1), date(year - 1, 10, 1), date(year, 4, 1), date(year, 10, 1), date(year - 2, 4, 1)])
    if number % 8 == 6:
        # No first opening is configured: cycles count that open after the installation, which is made now.
        year, first = date.today().year + 1, None
    worlds = [World(seed, number * 1000 + i, zone, year, first) for i in range(WORLDS_IN_A_ROUND)]
    for world in worlds:
        world.ask(questions)
    return worlds, zone, first, rng


def expected(task):
    lines, zone, first, questions, people = task
    oracle = Oracle(lines, zone, first or date.today() + timedelta(days=1))
    answers = [oracle.explain(q["account"], q["mrn"], instant(q["at"])) for q in questions]
    lists = [(oracle.may_see(email, instant(at)), oracle.who(mrn, instant(at))) for email, mrn, at in people]
    return answers, lists


class Installation:
    """A fresh installation of the program in a temporary folder."""

    def __init__(self, postern, folder, database, zone, first):
        self.postern, self.folder = postern, Path(folder) / "site"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("POSTERN_")} | {
            "POSTERN_HOSPITAL__TIME_ZONE": zone, "POSTERN_VALIDATION__FIRST_OPENING": first.isoformat() if first else "",
        }
        extra = ["--database", database] if database else []
        self.run("init", str(self.folder), *extra, where=folder)

    def run(self, *words, where=None):
        done = subprocess.run([self.postern, *words], cwd=where or self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"postern {' '.join(words)} ended {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-6000:]}")
        return done.stdout

    def load(self, lines):
        path = self.folder / "directory.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return self.run("import", path.name, "--json")

    def explain(self, questions):
        path = self.folder / "questions.jsonl"
        path.write_text("".join(json.dumps(q) + "\n" for q in questions), encoding="utf-8")
        return [json.loads(line) for line in self.run("access", "explain", "--queries", path.name, "--json").splitlines()]


def own_database(server, name):
    """Makes an empty database on a PostgreSQL server and gives its URL."""
    if not server:
        return None
    base = server.rsplit("/", 1)[0]
    for command in (f'drop database if exists "{name}" with (force)', f'create database "{name}"'):
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", server, "-c", command], check=True, stderr=subprocess.DEVNULL)
    return f"{base}/{name}"


def drop_database(server, name):
    if server:
        subprocess.run(["psql", "-qX", server, "-c", f'drop database if exists "{name}" with (force)'], check=True)


def same_people(rows):
    """`access who` and `access list` in the form in which the oracle answers."""
    return {clean_email(row["account"]): row["bases"] for row in rows}


def show(world, what, want, got, seed, number):
    print(f"\nDISAGREEMENT (--seed {seed} --round {number}, world {world.number}, zone {world.zone.key}, "
          f"first opening {world.first_opening})\n  asked    {json.dumps(what)}\n  oracle   {json.dumps(want)}\n  postern  {json.dumps(got)}")
    email = clean_email(what.get("account", ""))
    patient = Oracle(world.lines, world.zone.key, None).patient(what.get("mrn", ""))
    mrns = [clean_mrn(m) for m in [patient["mrn"], *patient.get("former_mrns", [])]] if patient else []
    staff = {email} | {clean_email(s["sponsor"]) for s in world.lines if s["type"] == "sponsorship" and clean_email(s["user"]) == email}
    for line in world.lines:
        if (
            ("mrn" in line and clean_mrn(line["mrn"]) in mrns)
            or line["type"] == "membership"
            or any(clean_email(str(line.get(k, ""))) in staff for k in ("email", "sponsor", "user"))
        ):
            print("   ", json.dumps(line))


def one_round(asked, number, pool):
    """How many decisions were compared, how many allowed, and how many disagree."""
    worlds, zone, first, rng = round_of(asked.seed, number, asked.questions)
    lines = [line for world in worlds for line in world.lines]
    people = []
    for world in worlds:
        some = [q for q in world.questions if rng.random() < 0.05] if world.number % 5 == 0 else []
        people.append([(q["account"], q["mrn"], q["at"]) for q in some if "nobody" not in q["account"].lower() and "NONE" not in q["mrn"]][:2])
    tasks = [(w.lines, zone, first, w.questions, p) for w, p in zip(worlds, people)]
    wanted = pool.map(expected, tasks, chunksize=4)
    name = f"oracle_{asked.seed}_{number}_{os.getpid()}".lower()
    folder = tempfile.mkdtemp(prefix="postern-oracle-")
    wrong = allowed = compared = 0
    try:
        site = Installation(asked.postern, folder, own_database(asked.database, name), zone, first)
        if number % 3 == 2:
            site.load([line for world in worlds for line in world.first_stage()])
        order = list(lines)
        rng.shuffle(order)
        site.load(order)
        answers = iter(site.explain([q for world in worlds for q in world.questions]))
        for world, some, (decisions, lists) in zip(worlds, people, wanted):
            for question, decision in zip(world.questions, decisions):
                got = next(answers)
                want = {**question, **decision}
                compared += 1
                allowed += decision["allowed"]
                same = (
                    set(got) == set(want)
                    and all(got[k] == want[k] for k in ("mrn", "allowed", "bases", "refusal"))
                    and clean_email(got["account"]) == clean_email(want["account"])
                    and instant(got["at"]) == instant(want["at"])
                )
                if not same:
                    wrong += 1
                    if wrong <= asked.show:
                        show(world, question, want, got, asked.seed, number)
            for (email, mrn, at), (may_see, who) in zip(some, lists):
                seen = json.loads(site.run("access", "list", "--account", email, "--at", at, "--json"))
                seers = json.loads(site.run("access", "who", "--mrn", mrn, "--at", at, "--json"))
                for what, want, got in (
                    ({"account": email, "at": at}, may_see, sorted(seen["mrns"])),
                    ({"mrn": mrn, "at": at}, who, same_people(seers["accounts"])),
                ):
                    compared += 1
                    if want != got:
                        wrong += 1
                        if wrong <= asked.show:
                            show(world, what, want, got, asked.seed, number)
    finally:
        shutil.rmtree(folder)
        drop_database(asked.database, name)
    return compared, allowed, wrong


def main():
    parser = argparse.ArgumentParser(description="Compares postern's access decisions with an independent oracle.")
    parser.add_argument("--postern", required=True, type=lambda path: str(Path(path).resolve()), help="the program")
    parser.add_argument("--database", help="a PostgreSQL URL under which databases may be made; SQLite unless given")
    parser.add_argument("--decisions", type=int, default=4000)
    parser.add_argument("--questions", type=int, default=QUESTIONS_IN_A_WORLD, help="asked of each world")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--round", type=int, help="only this round")
    parser.add_argument("--show", type=int, default=3, help="disagreements shown of each round")
    asked = parser.parse_args()
    each = WORLDS_IN_A_ROUND * asked.questions
    rounds = range(-(-asked.decisions // each)) if asked.round is None else [asked.round]
    compared = allowed = wrong = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number in rounds:
            counts = one_round(asked, number, pool)
            compared, allowed, wrong = compared + counts[0], allowed + counts[1], wrong + counts[2]
            if wrong > 50:
                break
    engine = "PostgreSQL" if asked.database else "SQLite"
    print(f"seed {asked.seed}: {compared} decisions on {engine}, {allowed} allowed, {wrong} disagreements")
    sys.exit(1 if wrong or not compared else 0)


if __name__ == "__main__":
    main()
