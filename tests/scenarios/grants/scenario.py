"""A scenario as data: what people do, one step a line, and what must come of it. Read strictly.

    scenario  NAME                     as the file is called
    title     TEXT
    row       C1 …                     rows of the list of what the product must do
    avoids    OWNER/REPO#N TEXT        the public bug that this one would be; several lines, or `avoids nothing known`
    step      WHO VERB WORDS => OUTCOME    or OUTCOME | OUTCOME, where either is right
    …

    WHO is a card of the lab, or `server`, `time`, `staff`. Verbs (steps.py says what each does):
      WHO     review E · declare E [kind K] [area N,N] [seconds S] [end +S] [roster WHO,WHO | standing R] · start E · alarms E ·
              propose R [area N,N] [seconds S] [end +S] [roster WHO,WHO] · approve-roster R · approve E [forged | altered | again | of E | by WHO | ago S]
              extend E seconds S end +S · close E · acknowledge E · look AREA [by KIND] [purpose P] · show AREA · browse ·
              watch · told E | nothing · sign-in
      time    wait S · over E · of E (=> approval+S: how long, and since which moment)
      server  kill · behind S · right
      staff   ended WHO · back WHO
    AREA counts the municipalities of the lab from 1; E and R are letters, an event and a standing roster of this scenario.
"""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
CARDS = ("duty-nw", "duty-retail", "responder", "responder-b", "supervisor", "duty-nw-b", "duty-retail-b", "counter")
VERBS = {"time": ("wait", "over", "of"), "server": ("kill", "behind", "right"), "staff": ("ended", "back")}
OF_PEOPLE = ("declare", "start", "alarms", "propose", "approve-roster", "approve", "extend", "close", "acknowledge", "look", "show", "browse", "watch", "told", "sign-in", "review")
BUG = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+#[0-9]+ .+|nothing known")


class Fault(Exception):
    pass


class Step:
    def __init__(self, n, who, verb, words, outcomes):
        self.n, self.who, self.verb, self.words, self.outcomes = n, who, verb, words, outcomes

    def __str__(self):
        return " ".join([self.who, self.verb, *self.words])


class Scenario:
    def __init__(self, path):
        self.path, self.name, self.title = path, None, None
        self.rows, self.avoids, self.steps = [], [], []


def read_step(s, n, text):
    done, arrow, outcome = text.partition(" => ")
    words = done.split()
    if not arrow or not outcome.strip() or len(words) < 2:
        raise Fault("WHO VERB WORDS => OUTCOME is needed")
    who, verb = words[:2]
    if who not in CARDS and who not in VERBS:
        raise Fault(f"nobody is called {who}")
    if verb not in VERBS.get(who, OF_PEOPLE):
        raise Fault(f"{who} does not {verb}")
    s.steps.append(Step(n, who, verb, words[2:], [o.strip() for o in outcome.split("|")]))


def once(s, what, value):
    if getattr(s, what):
        raise Fault(f"{what}: given twice")
    setattr(s, what, value)


def read_avoids(s, text):
    if not BUG.fullmatch(text):
        raise Fault("avoids OWNER/REPO#N TEXT, or nothing known")
    s.avoids.append(text)


def read_line(s, n, noun, text):
    if not text:
        raise Fault(f"{noun} of what?")
    if noun == "step":
        read_step(s, n, text)
    elif noun in ("scenario", "title"):
        once(s, {"scenario": "name"}.get(noun, noun), text)
    elif noun == "row":
        once(s, "rows", text.split())
    elif noun == "avoids":
        read_avoids(s, text)
    else:
        raise Fault(f"unknown: {noun}")


def whole(s):
    if not (s.name and s.title and s.rows and s.avoids and s.steps):
        raise Fault("scenario, title, row, avoids and step are needed")
    if s.name != os.path.basename(s.path).rsplit(".", 1)[0]:
        raise Fault("the file is called otherwise")


def read(path):
    s, n = Scenario(path), 0
    try:
        with open(path, encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                noun, _, text = line.split(" # ", 1)[0].strip().partition(" ")
                if noun and not noun.startswith("#"):
                    read_line(s, n, noun, text.strip())
        n = 0
        whole(s)
    except Fault as e:
        raise Fault(f"{os.path.basename(path)}:{n or 'end'}: {e}") from None
    return s


def cases(name="cases"):
    folder = os.path.join(HERE, name)
    return [read(os.path.join(folder, f)) for f in sorted(os.listdir(folder)) if f.endswith(".scenario")]
