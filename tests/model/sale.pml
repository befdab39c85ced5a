/* Sales between a bridge that crashes, a link that is cut, and a terminal that loses its power: README.md. */

#include "world.pml"
#include "recovery.pml"

/* The money rules, as questions to the acquirer's books and to what is on disk. */
inline m1_intent_is_durable(sale) {
    assert(journal.open == sale + 1 && journal.status[sale] == in_progress)
}
inline m2_is_first_frame(sale) { assert(frames[sale] == 0) }
/* Of an approval, the only result that moves money: as the result of its sale, or as an event, if nothing proves whose
 * it is (stray_result()). */
inline m3_result_is_durable(sale) {
    assert(at_hand.code == says_declined || ended(journal.status[sale]) ||
           (journal.noted_receipt == at_hand.receipt && journal.noted_trace == shown_trace(at_hand.trace_no)) ||
           (journal.open == sale + 1 && journal.result.code == says_approved))
}
inline m4_unknown_blocks() { assert(memory.open == 0) }
inline m4_no_charge_is_denied(sale) { assert(booking[sale] != charged && booking[sale] != held) }
inline m5_final_is_proven(sale) { assert(booking[sale] == charged) }
inline m5_captured_stays(sale) { assert(memory.status[sale] != captured && journal.status[sale] != captured) }

#if SALES > 1
#define all_ended (ended(journal.status[0]) && ended(journal.status[1]))
#else
#define all_ended (ended(journal.status[0]))
#endif

#include "engine.pml"
#include "terminal.pml"
#include "surroundings.pml"

inline books_agree(sale) {
    assert(ended(memory.status[sale]) && ended(journal.status[sale]));
    assert((journal.status[sale] == captured) == (booking[sale] == charged));
    assert(booking[sale] != held)
}

/* When nothing can happen any more. */
proctype close_of_day() {
    atomic {
        timeout ->
        books_agree(0);
#if SALES > 1
        books_agree(1)
#endif
    }
}

init {
    atomic {
#ifndef NEW_TERMINAL
        /* The terminal has a history: a sale that looks like ours. */
        record.code = says_approved; record.receipt = 1; record.trace_no = 1; record.amount = our_amount;
        counter_receipt = 1; counter_trace = 1; turnover_count = 1; turnover_amount = our_amount;
#endif
        doing = off_duty;
        if
        :: repeat_receipt = shows_stored
        :: repeat_receipt = shows_executed
        :: repeat_receipt = shows_or_not
        fi;
        run engine(); run timers(); run disk(); run connection(); run terminal(); run other_register(); run shop();
        run person(); run faults();
#ifndef LIVENESS
        run close_of_day()
#endif
    }
}

#ifdef LIVENESS
ltl every_sale_ends { <> all_ended }
#endif
