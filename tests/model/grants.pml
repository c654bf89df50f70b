/* The life of emergency grants, checked by spin: README.md says what is checked and how it is run. The steps are those of
 * life.csv (life.h is made of it by ./check); what is written here is who may do them, time, and what a look-up opens.
 *
 * Three worlds, by what is defined:
 *   LAG        one event; a step is durable first and in force a moment later, two may be on their way at once; the server ends
 *              and starts anew, its clock may be set back, somebody with the journal in hand writes a step of his own into it
 *   ONE        one event, everybody who might sign or has no business to; steps are in force at once
 *   otherwise  two events, the second of them a drill or not, with people of two offices; steps are in force at once
 *
 * What the server knows is in ev; what really happened is in fact, written by the deeds themselves and read by the assertions
 * only. need(guard, M_NAME) is a guard that ./check takes away, one at a time: spin must then find the harm.
 */
#include "life.h"

#ifdef LAG
#define EVENTS 1
#define LAST 4
#define KEPT 1
#define END(e) (LAST - 1)
#elif defined(ONE)
#define EVENTS 1
#define LAST 4
#define END(e) (LAST - 1)
#else
#define EVENTS 2
#define LAST 3
#define END(e) (LAST - 1 + (e))
#endif
#define FULL_SECONDS 2
#define START_SECONDS 1
#define STANDING_UNTIL 2
#define FIRST_OF(a, b) ((a) < (b) -> (a) : (b))

/* Who signs: two duty managers of one network company, one of a retail company, one with a retail duty in the network
 * company, a duty manager who is on the roster, somebody at a counter. */
#define N1 1
#define N2 2
#define R1 4
#define R0 8
#define X 16
#define C 32
#define is_network(w) ((w) == N1 || (w) == N2 || (w) == X)
#define company(w) ((w) == R1 || (w) == C -> 1 : ((w) == X -> 2 : 0))
#define two_of(mask) (((mask) & (N1 | N2)) && ((mask) & R1))
#define side_of(w) (is_network(w) -> (N1 | N2 | X) : (R1 | R0))
#define eligible(w) ((w) != X && (w) != C)

/* Who looks: A of office 0 stands on every roster, B of office 1 on the second only. */
#define PEOPLE 2
#define bit(p) (1 << (p))
#define rostered(e, p) ((p) == 0 || (e) == 1)

#define GOOD 0
#define FORGED 1 /* nobody's card signed it */
#define STALE 2  /* somebody signed it, but another text: an earlier one, or another event's */

#define REAL 1
#define DRILL 2

#define need(g, m) ((g) || mutant == m)

typedef event {
	byte st;
	byte mode;
	byte by;
	byte upto;
	byte nw, retail;         /* who approved the first text */
	byte more_nw, more_retail; /* who approved that of the extension */
	byte ack;
	byte from, done; /* live since; closed at */
	byte views; /* offices that looked under it and were not reviewed */
};
typedef truth {
	bool declared, closed, asked, standing;
	byte mask, more; /* cards that signed the first text; that of the extension */
	byte live, lasts; /* live: tick + 1 */
	byte first, done; /* the same, of the first text; of the close */
	byte ack;
	byte owed;
};
event ev[2]; /* in the world of LAG the second is the first as the journal has it */
truth fact[EVENTS];
byte clock, seen; /* the server's clock; the time of the journal's last entry */
bool swept = true;
bool standing_approved, drill_second;
bool post[PEOPLE] = true;
byte screen[PEOPLE];
bool stale[PEOPLE]; /* at the last tick, already */

hidden byte mutant;
hidden byte nxt, outc, cls, s_, k_, j_, real_, drill_, lawful_real, lawful_drill, any_real, fact_real, i_, shows, first;
hidden byte taken;

#define live_state(s) ((s) >= S_LIVE && (s) < S_ENDED)
#define drill(e) ((e) == 1 && drill_second)
#define live_now(e) (live_state(ev[e].st) && clock < ev[e].upto)

/* ---- the server: one step against what it knows */

/* The state as it is at a moment: whether a timer has come by does not matter. */
inline state_at(e, t) {
	s_ = ev[e].st;
	if
	:: mutant != M_WHEN_ASKED && live_state(s_) && t >= ev[e].upto -> c_code { if (life_next[s_][K_TIME_UP] != NO) s_ = life_next[s_][K_TIME_UP]; }
	:: mutant != M_WHEN_ASKED && s_ != S_ABSENT && s_ < S_LIVE && t >= END(e) ->
		c_code { if (life_next[s_][K_EVENT_OVER] != NO) s_ = life_next[s_][K_EVENT_OVER]; }
	:: else
	fi
}

inline look_up(e, k, t) {
	state_at(e, t);
	k_ = k;
	c_code { nxt = life_next[s_][k_]; outc = life_outcome[s_][k_]; }
}

/* Which step of the table a deed is; NO when it does not come so far. */
inline classify(e, what, who, how, t) {
	cls = what;
	state_at(e, t);
	c_code { first = life_lacks[s_]; }
	first = ((first & (is_network(who) -> 1 : 2)) -> (ev[e].nw | ev[e].retail) : (ev[e].more_nw | ev[e].more_retail));
	if
	:: what == K_APPROVE_NW ->
		if
		:: !need(how != FORGED, M_SIGNATURE) || !need(how != STALE, M_DIGEST) -> cls = NO
		:: else ->
			if
			:: !need(who != C, M_ROLE) -> cls = K_APPROVE_OTHER
			:: !need(who != X, M_ROSTERED_APPROVER) -> cls = K_APPROVE_ROSTER
			:: else ->
				if
				:: is_network(who) -> cls = K_APPROVE_NW
				:: else -> cls = K_APPROVE_RETAIL
				fi;
				if
				:: first != 0 && !need(company(first) != company(who), M_COMPANY) -> cls = NO
				:: else
				fi
			fi
		fi
	:: what == K_DECLARE && !need(who == N1, M_DUTY_DECLARES) -> cls = K_DECLARE_OTHER
	:: what == K_EXTEND && !need(who == N1, M_DUTY_EXTENDS) -> cls = K_EXTEND_OTHER
	:: what == K_CLOSE && !need(who == N1, M_DUTY_CLOSES) -> cls = K_CLOSE_OTHER
	:: what == K_START && !(need(who == N1, M_DUTY_STARTS) && need(standing_approved, M_STANDING) && need(t < STANDING_UNTIL, M_STANDING_TIME)) ->
		cls = K_START_BARE
	:: else
	fi
}

/* Into force, if it may. Sets taken. */
inline fold(e, what, who, how, t) {
	taken = false;
	classify(e, what, who, how, t);
	if
	:: cls == NO
	:: else ->
		look_up(e, cls, t);
		if
		:: nxt == NO
		:: else ->
			taken = true;
			if
			:: cls == K_APPROVE_NW || cls == K_APPROVE_RETAIL ->
				c_code { first = life_lacks[s_]; }
				if
				:: cls == K_APPROVE_NW && (first & 1) -> ev[e].nw = who
				:: cls == K_APPROVE_RETAIL && (first & 2) -> ev[e].retail = who
				:: cls == K_APPROVE_NW && !(first & 1) -> ev[e].more_nw = who
				:: else -> ev[e].more_retail = who
				fi
			:: cls == K_EXTEND -> ev[e].more_nw = 0; ev[e].more_retail = 0
			:: else
			fi;
			if
			:: outc >= O_FULL && outc <= O_NONE ->
				ev[e].mode = outc;
				if
				:: cls == K_START -> ev[e].upto = FIRST_OF(t + START_SECONDS, END(e))
				:: mutant == M_FROM_DECLARATION -> ev[e].upto = FIRST_OF(FULL_SECONDS, END(e))
				:: mutant == M_PAST_END -> ev[e].upto = t + FULL_SECONDS
				:: else -> ev[e].upto = FIRST_OF(t + FULL_SECONDS, END(e))
				fi;
				if
				:: ev[e].more_nw != 0 && ev[e].more_retail != 0 -> ev[e].more_nw = 0; ev[e].more_retail = 0
				:: else
				fi
			:: outc > O_NONE -> ev[e].by = outc
			:: else
			fi;
			if
			:: EVENTS > 1 && s_ < S_LIVE && live_state(nxt) -> ev[e].from = t
			:: nxt == S_ENDED -> ev[e].nw = 0; ev[e].retail = 0; ev[e].more_nw = 0; ev[e].more_retail = 0; ev[e].done = (EVENTS > 1 -> t : 0)
			:: else
			fi;
			ev[e].st = nxt
		fi
	fi
}

/* Would it be taken now? */
inline check(e, what, who, how, t) {
	taken = false;
	classify(e, what, who, how, t);
	if
	:: cls == NO
	:: else -> look_up(e, cls, t); taken = (nxt != NO)
	fi
}

/* ---- what really happened */

#define fact_until(e) FIRST_OF(fact[e].live - 1 + fact[e].lasts, END(e))
#define fact_live(e) (fact[e].live != 0 && !fact[e].closed && clock < fact_until(e))

inline live_from_now(e, seconds) {
	if
	:: fact[e].first == 0 -> fact[e].first = clock + 1
	:: else
	fi;
	fact[e].live = clock + 1;
	fact[e].lasts = seconds
}

inline happened(e, what, who, how) {
	if
	:: what == K_DECLARE && who == N1 -> fact[e].declared = true
	:: what == K_CLOSE && who == N1 && fact[e].declared && !fact[e].closed -> fact[e].closed = true; fact[e].done = (EVENTS > 1 -> clock : 0); fact[e].mask = 0; fact[e].more = 0; fact[e].asked = false
	:: what == K_EXTEND && who == N1 && fact_live(e) -> fact[e].asked = true; fact[e].more = 0
	:: what == K_START && who == N1 && fact[e].declared && !fact[e].closed && fact[e].live == 0 && clock < END(e) &&
	   standing_approved && clock < STANDING_UNTIL ->
		fact[e].standing = true;
		live_from_now(e, START_SECONDS)
	:: what == K_APPROVE_NW && how == GOOD && eligible(who) && fact[e].declared && !fact[e].closed && clock < END(e) &&
	   (fact[e].live == 0 || fact_live(e)) ->
		if
		:: !(fact[e].mask & side_of(who)) ->
			if
			:: fact[e].mask == 0 || two_of(fact[e].mask | who) -> fact[e].mask = fact[e].mask | who
			:: else
			fi;
			if
			:: two_of(fact[e].mask) -> live_from_now(e, FULL_SECONDS)
			:: else
			fi
		:: (fact[e].mask & side_of(who)) && fact[e].asked ->
			if
			:: fact[e].more == 0 || two_of(fact[e].more | who) -> fact[e].more = fact[e].more | who
			:: else
			fi;
			if
			:: two_of(fact[e].more) -> live_from_now(e, FULL_SECONDS); fact[e].more = 0; fact[e].asked = false
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

/* ---- what a look-up opens */

#define over_now(e) (ev[e].st == S_ENDED || live_state(ev[e].st) && clock >= ev[e].upto)
#if EVENTS == 1
#define others_owe(e, p) false
#define others_fact(e, p) false
#define acknowledged(e, p) (ev[e].ack & bit(p))
#else
/* What was not reviewed of one that is over bars the next one, which is one that began later: not one that was there already. */
#define over_at(e) (ev[e].st == S_ENDED && ev[e].done < ev[e].upto -> ev[e].done : ev[e].upto)
#define others_owe(e, p) (over_now(1 - (e)) && (ev[1 - (e)].views & bit(p)) && (ev[e].from >= over_at(1 - (e)) || mutant == M_BARS_OTHERS))
#define fact_over_at(e) (fact[e].closed && fact[e].done < fact_until(e) -> fact[e].done : fact_until(e))
#define others_fact(e, p) ((fact[1 - (e)].closed || fact[1 - (e)].live != 0 && clock >= fact_until(1 - (e))) && (fact[1 - (e)].owed & bit(p)) && \
	fact[e].first - 1 >= fact_over_at(1 - (e)))
#define acknowledged(e, p) ((ev[e].ack & bit(p)) || mutant == M_ANY_ACK && ev[e].ack || mutant == M_OTHER_ACK && (ev[1 - (e)].ack & bit(p)))
#endif

#define usable(e, p) (need(live_state(ev[e].st), M_LIVE) && need(clock < ev[e].upto || clock == ev[e].upto && mutant == M_STRICT, M_TIME_LEFT) && \
	need(rostered(e, p), M_ROSTER) && need(acknowledged(e, p), M_ACKNOWLEDGED) && need(!others_owe(e, p), M_DEBT) && need(post[p], M_POST))
#define lawful(e, p) (fact[e].declared && fact_live(e) && rostered(e, p) && (fact[e].ack & bit(p)) && post[p] && !others_fact(e, p))

/* real_ and drill_: may p look under any grant of that kind now? A real grant, acknowledged or not, leaves nothing to the drill. */
inline decide(p) {
	real_ = 0; drill_ = 0; lawful_real = 0; lawful_drill = 0; any_real = 0; fact_real = 0; i_ = 0;
	do
	:: i_ < EVENTS ->
		if
		:: live_now(i_) && rostered(i_, p) && !drill(i_) && mutant != M_DRILL_BESIDE -> any_real = 1
		:: else
		fi;
		if
		:: usable(i_, p) && (drill(i_) && mutant != M_DRILL_IS_REAL) -> drill_ = 1
		:: usable(i_, p) && !(drill(i_) && mutant != M_DRILL_IS_REAL) -> real_ = 1
		:: else
		fi;
		if
		:: fact_live(i_) && rostered(i_, p) && !drill(i_) -> fact_real = 1
		:: else
		fi;
		if
		:: lawful(i_, p) && drill(i_) -> lawful_drill = 1
		:: lawful(i_, p) && !drill(i_) -> lawful_real = 1
		:: else
		fi;
		i_++
	:: else -> break
	od;
	i_ = 0;
	lawful_drill = (fact_real -> 0 : lawful_drill);
	shows = (real_ -> REAL : (drill_ && !any_real -> DRILL : 0));
	if
	:: real_ && drill_ && mutant == M_DRILL_FIRST -> shows = DRILL
	:: !need(clock >= seen, M_CLOCK) -> shows = 0
	:: else
	fi
}

#define goal(m) assert(mutant != m)

/* ---- the people */

#ifdef LAG
typedef step { byte deed, card, made, when };
step way[2]; /* durable, not yet in force */
byte n_way;
bool restarted;

inline take(e, what, who, how) {
	check(e, what, who, how, clock);
	if
	:: taken && n_way < 2 && need(clock >= seen, M_CLOCK) ->
		if
		:: what == K_CLOSE /* from the moment that it is in force */
		:: else -> happened(e, what, who, how)
		fi;
		seen = clock;
		way[n_way].deed = what; way[n_way].card = who; way[n_way].made = how; way[n_way].when = clock;
		n_way++;
		if
		:: mutant == M_BEFORE_DURABLE -> fold(e, what, who, how, clock)
		:: else
		fi;
		if
		:: mutant == M_BEFORE_DURABLE && what == K_APPROVE_NW -> n_way-- /* shown to be in force, lost with the server */
		:: else -> fold(KEPT, what, who, how, clock)
		fi
	:: else
	fi
}

proctype applier() {
end:	do
	:: d_step {
		n_way > 0 ->
		if
		:: mutant == M_UNCHECKED && way[0].deed == K_APPROVE_NW ->
			/* counts approvals as they come in */
			if
			:: ev[0].st == S_DECLARED -> ev[0].st = S_HALF_NW
			:: ev[0].st == S_HALF_NW || ev[0].st == S_HALF_RETAIL ->
				ev[0].st = S_LIVE; ev[0].mode = O_FULL; ev[0].upto = FIRST_OF(way[0].when + FULL_SECONDS, END(0))
			:: else
			fi
		:: mutant == M_BEFORE_DURABLE
		:: else -> 
			if
			:: way[0].deed == K_CLOSE -> happened(0, way[0].deed, way[0].card, way[0].made)
			:: else
			fi;
			fold(0, way[0].deed, way[0].card, way[0].made, way[0].when)
		fi;
		way[0].deed = way[1].deed; way[0].card = way[1].card; way[0].made = way[1].made; way[0].when = way[1].when;
		way[1].deed = 0; way[1].card = 0; way[1].made = 0; way[1].when = 0;
		n_way--;
		assert(n_way > 0 || mutant == M_BEFORE_DURABLE ||
			ev[0].st == ev[KEPT].st && ev[0].mode == ev[KEPT].mode && ev[0].upto == ev[KEPT].upto)
	   }
	od
}

/* The server ends and begins anew; or somebody writes into its journal while it is down; or its clock is set back. */
proctype fate() {
end:	atomic {
		clock < LAST ->
		d_step {
			screen[0] = 0; screen[1] = 0; stale[0] = false; stale[1] = false;
			n_way = 0;
			way[0].deed = 0; way[0].card = 0; way[0].made = 0; way[0].when = 0;
			way[1].deed = 0; way[1].card = 0; way[1].made = 0; way[1].when = 0
		}
		if
		:: skip
		:: clock > 0 -> clock--
		:: d_step { fold(KEPT, K_APPROVE_NW, N1, FORGED, clock) }
		:: d_step { fold(KEPT, K_APPROVE_NW, R1, FORGED, clock) }
		fi;
		d_step {
			ev[0].st = ev[KEPT].st; ev[0].mode = ev[KEPT].mode; ev[0].by = ev[KEPT].by; ev[0].upto = ev[KEPT].upto; ev[0].from = ev[KEPT].from; ev[0].done = ev[KEPT].done;
			ev[0].nw = ev[KEPT].nw; ev[0].retail = ev[KEPT].retail; ev[0].more_nw = ev[KEPT].more_nw; ev[0].more_retail = ev[KEPT].more_retail;
			if
			:: ev[0].st == S_ENDED -> fact[0].closed = true
			:: else
			fi;
			restarted = true
		}
	}
}
#else
inline take(e, what, who, how) {
	happened(e, what, who, how);
	fold(e, what, who, how, clock);
	assert(!taken || who != C && who != X && how == GOOD);
#if EVENTS > 1
	if
	:: taken && nxt == S_ENDED && mutant == M_ENDS_OTHERS && live_state(ev[1 - (e)].st) -> ev[1 - (e)].st = S_ENDED
	:: else
	fi
#endif
}

proctype fate() {
	post[0] = false
}
#endif

proctype office(byte e) {
	byte k, w, h;
	do
	:: atomic {
		clock < LAST ->
		if
		:: if
		   :: k = K_DECLARE
		   :: k = K_CLOSE
#ifdef ONE
		   :: k = K_START
#endif
#if EVENTS == 1
		   :: k = K_EXTEND
#endif
		   fi;
		   if
		   :: w = N1
#ifdef ONE
		   :: w = C
#endif
		   fi
		:: k = K_APPROVE_NW; /* of whichever side */
		   if
		   :: w = N1
		   :: w = R1
#if EVENTS == 1
		   :: w = N2
		   :: w = R1; h = FORGED
#endif
#ifdef ONE
		   :: w = R0
		   :: w = X
		   :: w = C
		   :: w = N1; h = STALE
		   :: w = R1; h = STALE
#endif
		   fi
		fi;
		d_step { take(e, k, w, h); k = 0; w = 0; h = 0 }
	   }
	:: clock >= LAST -> break
	od
}

inline acknowledge(e, p) {
	look_up(e, K_ACKNOWLEDGE, clock);
	if
	:: nxt != NO && clock < LAST -> ev[e].ack = ev[e].ack | bit(p); fact[e].ack = fact[e].ack | bit(p)
	:: else
	fi
}

proctype person(byte p) {
	byte e;
	do
	:: d_step { (rostered(0, p) || mutant == M_ROSTER) -> acknowledge(0, p) }
#if EVENTS > 1
	:: d_step { acknowledge(1, p) }
#endif
	:: d_step {
		clock < LAST && (p == 0 || EVENTS > 1 && ev[1].st != S_ABSENT) ->
		decide(p);
		/* Nothing is open that the facts do not carry … */
		assert(shows != REAL || lawful_real);
		assert(shows != DRILL || lawful_drill && !lawful_real);
		assert(shows == 0 || clock >= seen);
#ifdef LAG
		assert(shows == 0 || live_state(ev[KEPT].st) || n_way > 0);
#else
		/* … and what they carry is open, whatever becomes of other grants. */
		assert(!lawful_real || shows == REAL);
		assert(lawful_real || !lawful_drill || shows == DRILL);
#endif
		if
		:: shows != 0 ->
			if
			:: p == 0 -> screen[p] = shows; stale[p] = false
			:: else /* one screen is enough */
			fi;
#ifdef LAG
			seen = clock;
#endif
			e = 0;
			do
			:: p > 0 -> break /* A's views are enough */
			:: p == 0 && e < EVENTS && usable(e, p) && shows == REAL && !drill(e) ->
				ev[e].views = ev[e].views | bit(p);
				fact[e].owed = fact[e].owed | bit(p);
				if
				:: ev[e].mode == O_FULL -> goal(G_SEES_FULL)
				:: ev[e].mode == O_ONE -> goal(G_SEES_ONE)
				:: else -> goal(G_SEES_NONE)
				fi;
				e++
			:: p == 0 && e < EVENTS && !(usable(e, p) && shows == REAL && !drill(e)) -> e++
			:: p == 0 && e >= EVENTS -> break
			od;
			e = 0
		:: else
		fi;
#ifdef LAG
		if
		:: shows == REAL && restarted -> goal(G_SEES_RESTARTED)
		:: else
		fi;
#endif
		if
		:: shows == DRILL -> goal(G_SEES_DRILL)
		:: shows == REAL && fact[0].live > fact[0].first && clock >= fact[0].first - 1 + FULL_SECONDS -> goal(G_SEES_LATE)
		:: else
		fi
	   }
	:: d_step { screen[p] != 0 -> screen[p] = 0; stale[p] = false }
	:: clock >= LAST -> break
	od
}

/* Somebody else than the one who looked reviews; and the one who looked tries. */
proctype reviewer(byte e) {
	do
	:: d_step { ev[e].views != 0 -> ev[e].views = 0; fact[e].owed = 0; goal(G_REVIEWS) }
	:: d_step { ev[e].views != 0 && mutant == M_OWN_REVIEW -> ev[e].views = 0 }
	:: clock >= LAST -> break
	od
}

/* ---- time */

/* Every second or so: a record that nothing carries any longer is closed. */
proctype timer() {
	do
	:: d_step {
		!swept ->
		j_ = 0;
		do
		:: j_ < PEOPLE ->
			decide(j_);
			if
			:: screen[j_] != shows && mutant != M_LEFT_OPEN -> screen[j_] = 0; stale[j_] = false
			:: screen[j_] == shows -> stale[j_] = false
			:: else
			fi;
			j_++
		:: else -> break
		od;
		j_ = 0;
		swept = true
	   }
	:: clock >= LAST && swept -> break
	od
}

/* A moment (much longer than a second) passes only after the timer has run: that it runs is taken for granted, what it does is not. */
proctype ticks() {
	do
	:: d_step {
		clock < LAST && swept ->
		clock++;
		swept = false;
		j_ = 0;
		do
		:: j_ < PEOPLE ->
			decide(j_);
			assert(!stale[j_]);
			stale[j_] = (screen[j_] != 0 && screen[j_] != (lawful_real -> REAL : (lawful_drill -> DRILL : 0)));
			j_++
		:: else -> break
		od;
		j_ = 0
	   }
	:: clock >= LAST -> break
	od
}

init {
	atomic {
		c_code { life_begin(); }
#ifdef LAG
		run applier();
#else
		standing_approved = true;
#endif
#ifdef ONE
		if
		:: standing_approved = false
		:: skip
		fi;
#endif
#if EVENTS > 1
		if
		:: drill_second = true
		:: skip
		fi;
		run office(1);
		run reviewer(1);
		run person(1);
#endif
		run office(0);
		run reviewer(0);
		run person(0);
		run fate();
		run ticks();
		run timer()
	}
}

ltl ends { [] (live_now(0) -> <> !live_now(0)) }
ltl leftovers { <> [] (!live_now(0) && screen[0] == 0 && screen[1] == 0) }
