"""The customers of a world: invented by `tegata-admin synth`, with what the incidents need put in. The file that is
imported into the server is the truth that both rules are held against.

What is put in: eight corporations with many supply points each (Tohoku, 8 法人), and former customers of ours whose supply
point is now another retailer's: the same person, two contracts."""
import collections
import csv
import unicodedata

# by world: customers in all, and supply points of the eight corporations
SIZES = {"tohoku": (190000, 26885), "kyushu": (80000, 0), "chugoku": (10000, 0)}
SHORT = {"tohoku": (14000, 700), "kyushu": (14000, 0), "chugoku": (10000, 0)}
SWITCHED = 60
COLUMN = {"point": "point", "phone": "phone", "name": "name", "kana": "kana", "customer": "customer_no", "address": "address"}
MINE = ("own", "former")
OTHERS = ("other", "last-resort", "generator-other")  # somebody else's customers, whatever the screen
CORPORATIONS = [(f"㈱{n}商事", f"カブシキガイシャ{k}ショウジ") for n, k in
                (("甲乙", "コウオツ"), ("丙丁", "ヘイテイ"), ("戊己", "ボキ"), ("庚辛", "コウシン"),
                 ("壬癸", "ジンキ"), ("子丑", "ネウシ"), ("寅卯", "トラウ"), ("辰巳", "タツミ"))]
SMALL = str.maketrans("ァィゥェォッャュョヮヅヂヲヴ", "アイウエオツヤユヨワズジオブ", "ー ・\u3000")


def loosely(kana):
    """A reading without what people leave out, as the search reads it: marks, long vowels, small letters."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", kana).translate(SMALL))
    return "".join(c for c in plain if c not in "\u3099\u309A")


def digits(phone):
    return "".join(c for c in unicodedata.normalize("NFKC", phone) if c.isdigit())


def is_person(row):
    return "\u3000" in row["name"]


def size(world, short):
    return (SHORT if short else SIZES)[world]


class Customers:
    def __init__(self, rows):
        self.rows = rows
        self.by_id = {r["id"]: r for r in rows}
        self.index = {}
        self.pools, self.former, self.own, self.taken = {}, {}, [], set()

    @staticmethod
    def load(path):
        with open(path, newline="", encoding="utf-8") as f:
            return Customers(list(csv.DictReader(f)))

    def save(self, path):
        with open(path, "w", newline="", encoding="utf-8") as f:
            out = csv.DictWriter(f, list(self.rows[0]), lineterminator="\n")
            out.writeheader()
            out.writerows(self.rows)

    def furnish(self, corporate, switched=SWITCHED):
        """Gives the eight corporations their supply points, and ex-customers their new contract."""
        others = [r for r in self.rows if r["class"] == "other"]
        if len(others) < corporate + 2 * switched:
            raise ValueError(f"{len(others)} customers of others are too few: more customers are needed")
        for n, r in enumerate(others[:corporate]):
            r["name"], r["kana"] = CORPORATIONS[n % len(CORPORATIONS)]
        persons = [r for r in others[corporate:] if is_person(r)]
        former = [r for r in self.rows if r["class"] == "former" and is_person(r)]
        for was, now in zip(former[:switched], persons):
            for what in ("area", "name", "kana", "postcode", "address", "phone", "point", "customer_no"):
                was[what] = now[what]
            now["contract_start"], was["contract_status"] = "2025-04-01", "切替により終了"
            was["contract_end"] = "2025-03-31"
        self.by_id = {r["id"]: r for r in self.rows}

    def find(self, kind, query):
        """What lies in the store under exactly this value, whoever asks."""
        if kind not in self.index:
            self.index[kind] = collections.defaultdict(list)
            for r in self.rows:
                self.index[kind][r[COLUMN[kind]]].append(r)
        return self.index[kind].get(query, [])

    def draw(self):
        """Look-ups take every customer once, in the order of the file. Who shares a telephone with anybody is left out (but for
        corporations, asked for by point)."""
        self.former = {r["point"]: r for r in self.rows if r["class"] == "former"}
        self.own = [r for r in self.rows if r["class"] == "own"]
        self.taken = set()
        phones = collections.Counter(digits(r["phone"]) for r in self.rows)
        pools = collections.defaultdict(list)
        for r in self.rows:
            corporate = (r["name"], r["kana"]) in CORPORATIONS
            if r["class"] == "vacant" or (r["class"] in OTHERS and (corporate or phones[digits(r["phone"])] == 1)):
                pools[self.pool(r, corporate)].append(r)
            elif r["class"] == "other" and r["point"] in self.former:
                pools["switched"].append(r)
        pools["other-alone"] = self.alone(pools["other-person"])
        self.pools = {k: iter(v) for k, v in pools.items()}

    @staticmethod
    def pool(r, corporate):
        if r["class"] != "other":
            return r["class"]
        return "other-corporation" if corporate else "other-person" if is_person(r) else "other-company"

    def alone(self, persons):
        """Whom nobody of ours is like, by name, reading or address, so that an empty answer is the right one: a company is
        found by every part of its name, too."""
        counts = {c: collections.Counter(r[c] for r in self.rows) for c in ("kana", "name", "address")}
        mine = [r for r in self.rows if r["class"] in MINE]
        readings = "\n".join(loosely(r["kana"]) for r in mine)
        names = "\n".join("".join(r["name"].split()) for r in mine)
        for r in reversed(persons):
            if all(counts[k][r[k]] == 1 for k in counts) and loosely(r["kana"]) not in readings and \
                    "".join(r["name"].split()) not in names:
                yield r

    def take(self, customer, kind):
        """The next customer of that sort who can be asked for so."""
        pools = [customer]
        if customer.startswith("other") and kind in ("name", "kana", "address"):
            pools = ["other-alone"]
        elif customer == "other":
            pools = ["other-company", "other-person"]
        for p in pools:
            for r in self.pools.get(p, ()):
                if r["id"] not in self.taken:
                    self.taken.add(r["id"])
                    return r
        raise ValueError(f"no {customer} customer to be asked for by {kind} is left: the world needs more of them")
