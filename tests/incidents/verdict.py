"""What came out of a replay: from the answers, and again from the audit journal. The two must say the same."""
import collections

import customers


class Tally:
    """Of one incident."""

    def __init__(self):
        self.crew, self.offices, self.terminals = set(), set(), set()
        self.old = self.old_exit = 0
        self.answers = self.journal = 0   # records of others, by what the screen got and by what is on record
        self.tries = self.on_record = 0   # look-ups and refused sign-ins: made, and in the journal
        self.refused = 0                  # of these, those that were refused and not answered with nothing


class Book:
    """The journal by person and terminal."""

    def __init__(self, entries):
        self.at = collections.defaultdict(list)
        for e in entries:
            if e.get("person") and e.get("terminal"):
                self.at[e["person"], e["terminal"]].append(e)

    def of(self, s):
        return self.at[s.person.id, s.terminal]


def lookups(entries):
    return [e for e in entries if e["kind"] in ("search", "show")]


def turned_away(entries):
    return [e for e in entries if e["kind"] == "sign-in" and e["decision"] == "deny"]


def foreign(row, table):
    """Not a record of the own company, whatever the answer calls it; one that nobody knows counts too."""
    truth = table.by_id.get(row["id"])
    return truth is None or truth["class"] not in customers.MINE


def judge(i, sessions, table, book, check):
    tally = Tally()
    for s in sessions:
        entries = book.of(s)
        rows = [r for a in s.answers for r in a.get("rows", [])]
        tally.answers += sum(foreign(r, table) for r in rows)
        tally.journal += sum(foreign(r, table) for e in entries for r in e.get("rows", []))
        where = f"{i.name}: {s.person.id} at {s.terminal}"
        made = signed_in(i, s, where, check) if s.group.refused is None else turned_back(s, entries, where, check)
        if s.group.ended:
            made += 1
            problems = [e["problem"] for e in turned_away(entries)]
            check.that(f"{where}: the post that has ended is refused", problems == [s.group.ended[3]], str(problems))
        found = len(lookups(entries)) + len(turned_away(entries)) - (s.group.refused is None)
        check.that(f"{where}: every attempt is on record", found == made, f"{made} made, {found} on record")
        check.that(f"{where}: refused on record as it was on the screen", problems_of(lookups(entries)) == screen(s), str(screen(s)))
        check.that(f"{where}: under the role of the post", roles(s, entries), str(entries[-1:]))
        tally.refused += len(turned_away(entries)) + sum("error" in a for a in s.answers[1:])
        tally.tries += made
        tally.on_record += found
    return tally


def problems_of(entries):
    """How often each problem stands in the journal."""
    return collections.Counter(e["problem"] for e in entries if e["decision"] == "deny")


def screen(s):
    """How often each stood on the screen."""
    return collections.Counter(a["error"] for a in s.answers if "error" in a)


def roles(s, entries):
    return {e["role"] for e in lookups(entries)} <= {s.person.group.post[0]}


def turned_back(s, entries, where, check):
    """Nobody gets in: exit code 5, and the sign-in is on record with its reason."""
    problems = [e["problem"] for e in turned_away(entries)]
    check.that(f"{where}: the sign-in is refused", s.exit == 5 and problems == [s.group.refused], f"{s.exit} {problems}")
    check.that(f"{where}: and nothing answered", not any("rows" in a for a in s.answers), str(s.answers[:1]))
    return 1


def signed_in(i, s, where, check):
    if not check.that(f"{where}: every line is answered", len(s.answers) == len(s.asks) + 1, f"{len(s.answers)} exit {s.exit}"):
        return len(s.asks)
    control(s, where, check)
    for n, (ask, a) in enumerate(zip(s.asks, s.answers[1:]), 2):
        if i.capped is not None and n > i.capped:  # the control was the first
            check.that(f"{where}: look-up {n} is over the cap", a.get("error") == "volume-cap", str(a)[:200])
        else:
            answered(i, s, ask, a, where, check)
    return len(s.asks)


def control(s, where, check):
    """That others are not found says something only where our own customer is."""
    a, want = s.answers[0], s.group.control
    if want != "found":
        check.that(f"{where}: the role has no customer data", a.get("error") == want, str(a)[:200])
        return
    ids = [r["id"] for r in a.get("rows", [])]
    check.that(f"{where}: the own customer is found", ids == [s.control.target["id"]], str(a)[:200])


def answered(i, s, ask, a, where, check):
    what = f"{where}: {ask.kind} of {ask.target['class']} is {ask.answer}"
    if ask.answer == "refused":
        check.that(what, a.get("error") == s.group.control, str(a)[:200])
    elif ask.answer == "nothing":
        check.that(what, a.get("rows") == [] and a["next"] is None, str(a)[:200])
        if i.says is not None:
            check.that(f"{where}: and says {i.says}", (a.get("nothing") or {}).get("rule") == i.says, str(a)[:400])
    else:
        check.that(what, as_it_stood(i, ask, a), str(a)[:400])


def as_it_stood(i, ask, a):
    """One row, the contract that the customer had with us, with what lies behind its end hidden, each by its rule."""
    rows = a.get("rows", [])
    if len(rows) != 1 or rows[0]["id"] != ask.former["id"] or rows[0]["class"] != "former":
        return False
    hidden = {f: h["rule"] for f, h in rows[0]["hidden"].items()}
    return all(hidden.get(f) == rule and f not in rows[0]["fields"] for f, rule in i.hides.items())
