"""The runner behind tests/incidents/run: worlds, replays, the table and the sums."""
import argparse
import time
import unicodedata

import customers
import granted
import incident
import old_rule
import plan
import verdict
import world

lab = world.lab
HEAD = ("", "people", "old rule", "ours", "attempts", "refused", "on record")


class Checks(lab.Checks):
    """Of thousands of look-ups that go wrong alike, a few say enough."""
    LOUD = 5

    def that(self, what, ok, detail=""):
        if ok or len(self.wrong) < self.LOUD:
            return super().that(what, ok, detail)
        self.done += 1
        self.wrong.append(what)
        return False

    def end(self):
        if len(self.wrong) > self.LOUD:
            print(f"and {len(self.wrong) - self.LOUD} more")
        super().end()


def arguments():
    p = argparse.ArgumentParser(description="The incidents of 2023, replayed: what the old rule disclosed, and ours.")
    p.add_argument("--short", action="store_true", help="everybody tries, but less often")
    p.add_argument("--only", nargs="+", metavar="INCIDENT", help="names in cases/, or files")
    return p.parse_args()


def chosen(args, cases):
    if not args.only:
        return cases
    by_name = {i.name: i for i in cases}
    return [by_name[n] if n in by_name else incident.read(n) for n in args.only]


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def line(cells):
    first, *rest = cells
    print(first + " " * (58 - width(first)) + "".join(f"{c:>10}" for c in rest), flush=True)


def print_tally(i, t):
    mark = "" if i.figure == "published" else "*"
    ours = f"{t.answers:,}" if t.answers == t.journal else f"{t.answers:,}/{t.journal:,}"
    line((i.title, f"{len(t.crew):,}", f"{t.old:,}{mark}", ours, f"{t.tries:,}", f"{t.refused:,}", f"{t.on_record:,}"))


def expected_old(i, made):
    """What the file says; in the short form, every look-up of somebody else's customer."""
    if not made.short:
        return i.old
    return sum(a.target["class"] in customers.OTHERS for s in made.of(i) for a in s.asks)


def hold(i, t, made, check):
    check.same(f"{i.name}: records under the old rule", t.old, expected_old(i, made))
    check.same(f"{i.name}: a system that works by terminals fails it", t.old_exit, 1 if i.old != i.ours else 0)
    check.same(f"{i.name}: records of others in the answers", t.answers, i.ours)
    check.same(f"{i.name}: records of others in the journal", t.journal, i.ours)
    check.same(f"{i.name}: attempts on record", t.on_record, t.tries)


def replay_world(name, incidents, short, check, change=None):
    """One lab for all incidents of a utility: {incident name: tally}. change: what the controls do to the journal."""
    with world.World(name, short) as w:
        made = plan.Plan(incidents, w.customers, short, incident.cases())
        grants = granted.Granted(made)
        w.people(made.people, grants.officials)
        grants.begin(w, check)
        grants.use(w, check)
        w.replay(made.people)
        journal = w.journal()
        journal = change(journal) if change else journal
        book = verdict.Book(journal)
        tallies = {}
        for i in incidents:
            t = tallies[i.name] = verdict.judge(i, made.of(i), w.customers, book, check)
            t.crew, t.offices = made.counted(i), {s.person.office for s in made.of(i)}
            t.terminals = {s.terminal for s in made.of(i)}
            t.old, t.old_exit = old_rule.verdict(i, made.of(i), w.customers)
            print_tally(i, t)
            hold(i, t, made, check)
        grants.after(w, check, journal)
        if all(i.ours == 0 for i in incidents):
            strangers = [r for r in w.shown() - grants.lawful() if verdict.foreign({"id": r}, w.customers)]
            check.same(f"{name}: no record of others was ever shown", strangers, [])
    return tallies


def print_sums(cases, tallies, args, check):
    by_name = {i.name: i for i in cases}
    for s in incident.sums():
        if not all(n in tallies for n in s.of):
            continue
        of = [tallies[n] for n in s.of]
        published = [tallies[n] for n in s.of if by_name[n].figure == "published"]
        got = {"records": sum(t.old for t in published), "people": len(set().union(*(t.crew for t in of))),
               "offices": len(set().union(*(t.offices for t in of))), "terminals": len(set().union(*(t.terminals for t in of)))}
        said = ", ".join(f"{got[k]} {k}" for k in ("people", "offices", "terminals") if getattr(s, k) is not None)
        print(f"{s.title}: {got['records']:,} → {sum(t.answers for t in of):,}" + (f"   ({said})" if said else ""))
        for k, n in got.items():
            if getattr(s, k) is not None and not (args.short and k == "records"):
                check.same(f"{s.title}: {k}", n, getattr(s, k))


def main():
    args = arguments()
    check, began = Checks(), time.monotonic()
    cases = incident.cases()
    incidents = chosen(args, cases)
    worlds = {w: [] for w in customers.SIZES}
    for i in incidents:
        if i.world not in worlds:
            raise incident.Fault(f"{i.name}: no such world: {i.world}")
        worlds[i.world].append(i)
    line(HEAD)
    tallies = {}
    for name, of in worlds.items():
        if not of:
            continue
        tallies.update(replay_world(name, of, args.short, check))
    print("*: not published; the number of look-ups is assumed")
    print(f"a terminal-based system fails {sum(t.old_exit for t in tallies.values())} of {len(tallies)} incidents, "
          f"this one {sum(t.answers != 0 or t.journal != 0 for t in tallies.values())}")
    if args.short:
        print("the short form: everybody tries, but the figures are not the published ones")
    print_sums(cases, tallies, args, check)
    print(f"{time.monotonic() - began:.0f} s")
    check.end()
