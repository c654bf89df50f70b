#!/usr/bin/env python3
"""The old rule, as a reference: the terminal's setting decides, whoever sits there.

「端末自体の情報（NW設定端末または小売設定端末）による認証方式」(S0 p4). It reads the same incident, the same customers and the
same look-ups as the replay, and counts the records of others that it would have disclosed. Nothing in it knows a person,
a role or a date.

    tests/incidents/old_rule.py CUSTOMERS.csv INCIDENT…      exit 1: an incident happens under this rule

CUSTOMERS.csv is what `tegata-admin synth customers N --out` wrote, the incidents files of one world."""
import sys

sys.dont_write_bytecode = True
import customers  # noqa: E402
import incident  # noqa: E402
import plan  # noqa: E402

ALL = ("own", "former", "other", "last-resort", "generator-own", "generator-other", "vacant")
SHOWN = {
    "nw": ALL,                                                  # NW設定端末
    "retail": ("own", "former"),                                # 小売設定端末
    "emergency": ALL,                                           # 非常災害用の受付端末: always on, also in normal times
    "dedicated": ALL,                                           # 託送コールセンターシステム, NWオンライン: the icon on the desk
    "left-over-id": ALL,                                        # the ID and password of an earlier post still work
    "ledger-screen": ("own", "former", "other"),                # お客さま台帳検索システム: fields without a mask
    "dunning-screen": ("own", "former", "other"),               # 未収督促画面
    "callcenter-screen": ("own", "former", "other"),            # name and phone 常時閲覧できる運用
    "purchase-screen": ("own", "former", "generator-own", "generator-other"),  # 電力購入画面
    "last-resort-screen": ("own", "former", "last-resort"),     # a class that the masks forgot
}
assert set(SHOWN) == set(incident.SETTINGS)


def shown(setting, kind, query, table):
    return [r for r in table.find(kind, query) if r["class"] in SHOWN[setting]]


def disclosed(sessions, table):
    """Records of others on the screen, over all look-ups."""
    return sum(1 for s in sessions for a in s.asks for r in shown(s.setting, a.kind, a.query, table)
               if r["class"] in customers.OTHERS)


def verdict(i, sessions, table):
    """(records of others, exit code of a system that works so)"""
    n = disclosed(sessions, table)
    return n, 0 if n == i.ours else 1


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    table = customers.Customers.load(sys.argv[1])
    code = 0
    incidents = [incident.read(f) for f in sys.argv[2:]]
    table.furnish(customers.size(incidents[0].world, False)[1])
    made = plan.Plan(incidents, table, known=incident.cases())
    for i in incidents:
        n, failed = verdict(i, made.of(i), table)
        print(f"{i.name}: {n:,} records of others disclosed, {i.ours} are allowed: {'the incident happens' if failed else 'holds'}")
        code = max(code, failed)
    sys.exit(code)


if __name__ == "__main__":
    main()
