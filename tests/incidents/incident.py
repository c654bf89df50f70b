"""An incident as data: one noun per line, read strictly. What is not understood is an error with file and line.

    incident  NAME                          as the file is called
    title     TEXT                          as the table prints it
    source    TEXT
    world     tohoku | kyushu | chugoku     whose customers, companies and cards (world.py)
    period    FROM TO
    figure    published | unpublished       whether the sources give the number of records
    published TEXT    assumed TEXT          what the sources say, what was filled in; several lines
    group     NAME                          people who are alike; the nouns below are theirs
      people    N | N again | N of INCIDENT/GROUP    again: the same people as before, with another card
      employer  CODE
      sponsor   CODE UNTIL                  contractors: whose customers, and the last day of the contract
      post      ROLE FROM TO                TO may be -
      ended     ROLE FROM TO PROBLEM        an earlier post: a sign-in with it must be refused so
      office    NAME …                      several: people are spread over them
      terminal  N NAME SETTING              the old rule decides by SETTING (old_rule.py); ours does not know it
      grant     none | KIND N [extended]    outage, fault or transition: there was an event, approved (and extended, approved anew);
                                            everybody acknowledged the rule and looked up N customers while it lasted; it ended by
                                            itself before all that follows (granted.py)
      control   found | refused PROBLEM     one own customer, asked for before anything else
      sign-in   refused PROBLEM             when nobody of the group gets in at all
      ask       N KIND CUSTOMER PURPOSE ANSWER       N in all, spread over people and terminals
    expect
      old       N                           records of others disclosed under the old rule
      ours      N
      says      RULE                        every answer that holds nothing names this rule
      hides     FIELD RULE                  in every former customer's record
      capped    N                           look-ups a person may make; each further one is refused, and on record
"""
import datetime
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = ("nw", "retail", "emergency", "dedicated", "left-over-id", "ledger-screen", "dunning-screen", "callcenter-screen",
            "purchase-screen", "last-resort-screen")
KINDS = ("point", "phone", "name", "kana", "customer", "address")
CUSTOMERS = ("own", "other", "other-person", "other-corporation", "switched", "last-resort", "generator-other", "vacant")
PURPOSES = ("inquiry", "application", "switching", "moving", "billing", "construction", "outage")
ANSWERS = ("nothing", "refused", "former")


class Fault(Exception):
    pass


class Group:
    def __init__(self, name):
        self.name, self.people, self.again, self.of = name, 0, False, None
        self.employer = self.sponsor = self.contract = None
        self.post, self.ended, self.offices, self.terminals = None, None, [], None
        self.grant, self.control, self.refused, self.asks = None, None, None, []


class Incident:
    def __init__(self, path):
        self.path, self.name = path, None
        self.title = self.source = self.world = self.period = self.figure = None
        self.published, self.assumed, self.groups = [], [], []
        self.old = self.ours = self.capped = None
        self.says, self.hides = None, {}

    def group(self, name):
        for g in self.groups:
            if g.name == name:
                return g
        raise Fault(f"{self.path}: no group {name}")


def whole(text):
    if not re.fullmatch(r"0|[1-9][0-9]*", text):
        raise Fault(f"not a number: {text}")
    return int(text)


def day(text):
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Fault(f"not a day: {text}") from None


def one_of(text, words):
    if text not in words:
        raise Fault(f"not one of {' '.join(words)}: {text}")
    return text


def words(text, n):
    found = text.split()
    if len(found) != n:
        raise Fault(f"{n} words are needed")
    return found


def name_of(text):
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text):
        raise Fault(f"not a name: {text}")
    return text


def once(thing, what, value):
    if getattr(thing, what) not in (None, []):
        raise Fault("given twice")
    setattr(thing, what, value)


# ------------------------------------------------------------------ the head

def read_period(i, text):
    a, b = words(text, 2)
    if day(a) > day(b):
        raise Fault("ends before it begins")
    once(i, "period", (a, b))


def head_nouns():
    return {
        "incident": lambda i, t: once(i, "name", name_of(t)),
        "title": lambda i, t: once(i, "title", t),
        "source": lambda i, t: once(i, "source", t),
        "world": lambda i, t: once(i, "world", name_of(t)),
        "period": read_period,
        "figure": lambda i, t: once(i, "figure", one_of(t, ("published", "unpublished"))),
        "published": lambda i, t: i.published.append(t),
        "assumed": lambda i, t: i.assumed.append(t),
    }


# ------------------------------------------------------------------ a group

def read_people(g, text):
    if g.people:
        raise Fault("given twice")
    w = text.split()
    g.people = whole(w[0])
    if len(w) == 2 and w[1] == "again":
        g.again = True
    elif len(w) == 3 and w[1] == "of":
        g.of = tuple(w[2].split("/"))
    elif len(w) != 1:
        raise Fault("people N, N again, or N of INCIDENT/GROUP")
    if g.people == 0 or (g.of and len(g.of) != 2):
        raise Fault("nobody")


def read_sponsor(g, text):
    code, until = words(text, 2)
    once(g, "sponsor", code)
    g.contract = day(until)


def read_post(g, text):
    role, since, until = words(text, 3)
    once(g, "post", (role, day(since), "" if until == "-" else day(until)))


def read_ended(g, text):
    role, since, until, problem = words(text, 4)
    if day(until) >= datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date().isoformat():
        raise Fault("that post has not ended")
    once(g, "ended", (role, day(since), day(until), problem))


def read_terminal(g, text):
    n, name, setting = words(text, 3)
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,40}", name):
        raise Fault(f"not a terminal's name: {name}")
    once(g, "terminals", (whole(n), name, one_of(setting, SETTINGS)))


def read_control(g, text):
    w = text.split()
    if w != ["found"] and (len(w) != 2 or w[0] != "refused"):
        raise Fault("control found, or control refused PROBLEM")
    once(g, "control", w[1] if len(w) == 2 else "found")


def read_sign_in(g, text):
    verb, problem = words(text, 2)
    one_of(verb, ("refused",))
    once(g, "refused", problem)


def read_grant(g, text):
    w = text.split()
    one_of(w[0], ("none", "outage", "fault", "transition"))
    if w == ["none"]:
        once(g, "grant", "none")
    elif len(w) in (2, 3) and w[2:] in ([], ["extended"]):
        once(g, "grant", (w[0], whole(w[1]), len(w) == 3))
    else:
        raise Fault("grant none, or KIND N [extended]")


def read_ask(g, text):
    n, kind, customer, purpose, answer = words(text, 5)
    g.asks.append((whole(n), one_of(kind, KINDS), one_of(customer, CUSTOMERS), one_of(purpose, PURPOSES),
                   one_of(answer, ANSWERS)))


def group_nouns():
    return {
        "people": read_people,
        "employer": lambda g, t: once(g, "employer", t),
        "sponsor": read_sponsor,
        "post": read_post,
        "ended": read_ended,
        "office": lambda g, t: once(g, "offices", t.split()),
        "terminal": read_terminal,
        "grant": read_grant,
        "control": read_control,
        "sign-in": read_sign_in,
        "ask": read_ask,
    }


# ------------------------------------------------------------------ what must come out

def read_hides(i, text):
    field, rule = words(text, 2)
    if field in i.hides:
        raise Fault("given twice")
    i.hides[field] = rule


def expect_nouns():
    return {
        "old": lambda i, t: once(i, "old", whole(t)),
        "ours": lambda i, t: once(i, "ours", whole(t)),
        "says": lambda i, t: once(i, "says", t),
        "hides": read_hides,
        "capped": lambda i, t: once(i, "capped", whole(t)),
    }


def group_whole(i, g):
    if g.of:
        if g.employer or g.post or g.ended or g.offices or g.sponsor:
            raise Fault(f"group {g.name}: who these people are stands in {'/'.join(g.of)}")
    elif not (g.employer and g.post and g.offices):
        raise Fault(f"group {g.name}: employer, post and office are needed")
    if not (g.people and g.terminals and g.grant and g.asks):
        raise Fault(f"group {g.name}: people, terminal, grant and ask are needed")
    if (g.control is None) == (g.refused is None):
        raise Fault(f"group {g.name}: control, or sign-in refused")
    if g.post and (g.post[1] > i.period[1] or (g.ended and g.ended[2] >= g.post[1])):
        raise Fault(f"group {g.name}: nobody holds this post in the period")


def whole_incident(i):
    for what in ("name", "title", "source", "world", "period", "figure", "old", "ours"):
        if getattr(i, what) is None:
            raise Fault(f"{what} is missing")
    if i.name != os.path.basename(i.path).rsplit(".", 1)[0]:
        raise Fault("the file is called otherwise")
    if not i.groups or not i.published or not i.assumed:
        raise Fault("group, published and assumed are needed")
    if len({g.name for g in i.groups}) != len(i.groups):
        raise Fault("two groups of one name")
    for g in i.groups:
        group_whole(i, g)


def read_line(i, table, line):
    """The nouns that the next line is read by."""
    noun, _, text = line.partition(" ")
    text = text.strip()
    if noun == "group":
        i.groups.append(Group(name_of(text)))
        return group_nouns()
    if noun == "expect" and not text:
        return expect_nouns()
    if noun not in table:
        raise Fault(f"unknown here: {noun}")
    if not text:
        raise Fault(f"{noun} of what?")
    nouns = (head_nouns().keys(), group_nouns().keys(), expect_nouns().keys())
    thing = i.groups[-1] if table.keys() == nouns[1] else i
    table[noun](thing, text)
    return table


def read(path):
    i = Incident(path)
    n = 0
    try:
        table = head_nouns()
        with open(path, encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                line = line.split("#", 1)[0].strip()
                if line:
                    table = read_line(i, table, line)
        n = 0
        whole_incident(i)
    except Fault as e:
        raise Fault(f"{os.path.basename(path)}:{n or 'end'}: {e}") from None
    return i


def cases():
    """Every incident of the folder, in the order of their files."""
    folder = os.path.join(HERE, "cases")
    return [read(os.path.join(folder, f)) for f in sorted(os.listdir(folder)) if f.endswith(".incident")]


class Sum:
    """Figures that several incidents give together (cases/sums): of NAME …, and what they must come to."""

    def __init__(self, title):
        self.title, self.of, self.records, self.people, self.offices, self.terminals = title, [], None, None, None, None


def sum_nouns():
    return {
        "of": lambda s, t: once(s, "of", t.split()),
        "records": lambda s, t: once(s, "records", whole(t)),
        "people": lambda s, t: once(s, "people", whole(t)),
        "offices": lambda s, t: once(s, "offices", whole(t)),
        "terminals": lambda s, t: once(s, "terminals", whole(t)),
    }


def sums():
    found, path = [], os.path.join(HERE, "cases", "sums")
    with open(path, encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            noun, _, text = line.split("#", 1)[0].strip().partition(" ")
            if noun == "sum":
                found.append(Sum(text.strip()))
            elif noun and (not found or noun not in sum_nouns()):
                raise Fault(f"sums:{n}: unknown here: {noun}")
            elif noun:
                sum_nouns()[noun](found[-1], text.strip())
    return found
