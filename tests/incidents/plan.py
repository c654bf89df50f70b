"""Who sits down where and asks what: an incident and the customers become people and sessions. Deterministic."""
import incident

FAMILY = ("安藤 石川 上田 遠藤 小川 加賀 工藤 小泉 斉藤 桜井 菅原 瀬川 高野 千田 土屋 中島 西村 野口 畠山 平野 福士 前田 三上 村上 森 "
          "山内 横山 吉田 若松 和田").split()
GIVEN = "愛 明 恵 修 薫 健 幸 聡 忍 翼 徹 直 望 博 誠 実 めぐみ 豊 由美 涼 ひかり 大輔 美穂 和也 さくら".split()


class Person:
    def __init__(self, n, group, office):
        self.id = f"X{n:04d}"
        self.name = f"{FAMILY[n % len(FAMILY)]} {GIVEN[n // len(FAMILY) % len(GIVEN)]}"
        self.group, self.office = group, office
        self.sessions = []


class Ask:
    """One look-up. target is the record that was meant, former what we had of the same customer; answer what must come."""

    def __init__(self, kind, target, purpose, answer, former=None):
        self.kind, self.query, self.target = kind, target[KEY[kind]], target
        self.purpose, self.answer, self.former = purpose, answer, former


KEY = {"point": "point", "phone": "phone", "name": "name", "kana": "kana", "customer": "customer_no", "address": "address"}


class Session:
    """One person at one terminal. control is asked first and is no look-up of the incident."""

    def __init__(self, i, group, person, terminal):
        self.incident, self.group, self.person = i, group, person
        self.terminal, self.setting = terminal, group.terminals[2]
        self.control, self.asks = None, []
        self.answers, self.tries = [], 0


class Plan:
    def __init__(self, incidents, table, short=False, known=()):
        """known: incidents whose people may be named, though they are not replayed."""
        self.incidents, self.table, self.short = incidents, table, short
        self.known = {(i.name, g.name): g for i in known for g in i.groups if not g.of}
        self.people, self.crews, self.sessions = [], {}, []
        table.draw()
        self.own = 0
        terminals = [g.terminals[1] for i in incidents for g in i.groups]
        if len(set(terminals)) != len(terminals):
            raise incident.Fault("two groups sit at terminals of one name")
        for i in incidents:
            for g in i.groups:
                if not g.of:
                    self.hire((i.name, g.name), g)
        for i in incidents:
            for g in i.groups:
                self.seat(i, g)

    def of(self, i):
        return [s for s in self.sessions if s.incident is i]

    def hire(self, crew, g):
        first = len(self.people) + 1
        self.crews[crew] = [Person(first + n, g, g.offices[n % len(g.offices)]) for n in range(g.people)]
        self.people += self.crews[crew]

    def members(self, i, g):
        crew = g.of or (i.name, g.name)
        if crew not in self.crews and crew in self.known:
            self.hire(crew, self.known[crew])
        if len(self.crews.get(crew, ())) < g.people:
            raise incident.Fault(f"{i.name}/{g.name}: {'/'.join(crew)} has no {g.people} people")
        return self.crews[crew][:g.people]

    def seat(self, i, g):
        """More terminals than people: some use two. More people: they share."""
        people, (n, name, _) = self.members(i, g), g.terminals
        seats = [Session(i, g, people[k % len(people)], f"{name}-{k % n + 1}") for k in range(max(n, len(people)))]
        for s in seats:
            s.control = Ask("point", self.next_own(), "inquiry", g.control or "refused")
            s.person.sessions.append(s)
        for count, kind, customer, purpose, answer in g.asks:
            each, more = divmod(self.cut(i, count, len(seats)), len(seats))
            for k, s in enumerate(seats):
                for _ in range(each + (k < more)):
                    target = self.table.take(customer, kind)
                    s.asks.append(Ask(kind, target, purpose, answer, self.table.former.get(target["point"])))
        if not all(s.asks for s in seats):
            raise incident.Fault(f"{i.name}/{g.name}: somebody asks for nothing")
        self.sessions += seats

    def cut(self, i, count, seats):
        """The short form: everybody tries, but not so often; a cap is still met."""
        most = max(2 * seats, i.capped + 50 if i.capped else 0)
        return min(count, most) if self.short else count

    def next_own(self):
        self.own += 1
        return self.table.own[self.own % len(self.table.own)]

    def counted(self, i):
        """The people of an incident, each once; those who were there before only where there is nobody else."""
        people = {s.person.id for s in self.of(i) if not s.group.again}
        return people or {s.person.id for s in self.of(i)}
