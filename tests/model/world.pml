/* What everybody can see: the journal and the engine's memory, the link, the terminal's memory, and the acquirer's
 * books, which nobody in the model may decide by: they are for the rules.
 *
 * Numbers are as on the wire: 0 is "none". Timers have no length: they may fire whenever they run. What is only
 * noticed by silence (T3, T4) is noticed when nothing more can come. */

#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef CUTS
#define CUTS 1
#endif
#ifndef LOSSES
#define LOSSES 0
#endif
#ifndef POWER_LOSSES
#define POWER_LOSSES 1
#endif
#ifndef FOREIGN_SALES
#define FOREIGN_SALES 1
#endif
#ifndef SALES
#define SALES 2
#endif

/* All of one shop's sales cost the same: nothing can be told apart by its amount but the other register's sale. */
#define our_amount 1
#ifdef LIMIT_FOREIGN_SALE_OF_THE_SAME_AMOUNT
#define foreign_amount 1
#else
#define foreign_amount 3
#endif

/* payment_status (payment.hpp). created and in_progress are one: the intent is open. */
#define absent 0
#define in_progress 1
#define captured 2
#define declined 3
#define cancelled 4
#define unknown 5
#define not_charged(s) (s == declined || s == cancelled)
#define ended(s) (s >= captured && s <= cancelled)

/* intent_stage (payment.hpp) */
#define intended 0
#define stage_approved 1
#define stage_approved_aborted 2
#define stage_declined 3
#define stage_declined_ended 4

/* What a result or a record says: drivers::transaction_result. `original` is the trace number that a reversal names. */
#define says_nothing 0
#define says_approved 1
#define says_declined 2
#define says_totals 3 /* of transaction_result::totals: receipt is the count, trace the amount */

typedef telling { byte code; byte receipt; byte trace_no; byte amount; byte original };

/* The objects of journal::batch that decide anything: payments, the open intent, terminal_memory. */
typedef books {
    byte status[SALES];
    byte open;     /* lane::open_intent: sale + 1 */
    byte stage;
    telling result;
    byte receipt_before, trace_before;
    bit known_before; /* baseline_known, when the intent began */
    bit baseline_known;
    byte last_receipt, last_trace;
    byte day_count, day_amount;
    bit day_complete, day_opened;
    byte noted_receipt, noted_trace /* the event terminal.result: the last result outside of any command */
};
books memory;  /* the engine's */
books journal; /* on disk */

#define fields_of_telling(to, from)                                                                  \
    to.code = from.code; to.receipt = from.receipt; to.trace_no = from.trace_no; to.amount = from.amount; \
    to.original = from.original
inline copy_telling(to, from) { d_step { fields_of_telling(to, from) } }
inline clear_telling(one) {
    d_step { one.code = 0; one.receipt = 0; one.trace_no = 0; one.amount = 0; one.original = 0 }
}
inline copy_books(to, from) {
    d_step {
        to.status[0] = from.status[0];
#if SALES > 1
        to.status[1] = from.status[1];
#endif
        to.open = from.open; to.stage = from.stage; fields_of_telling(to.result, from.result);
        to.receipt_before = from.receipt_before; to.trace_before = from.trace_before;
        to.known_before = from.known_before;
        to.baseline_known = from.baseline_known; to.last_receipt = from.last_receipt; to.last_trace = from.last_trace;
        to.day_count = from.day_count; to.day_amount = from.day_amount; to.day_complete = from.day_complete;
        to.day_opened = from.day_opened; to.noted_receipt = from.noted_receipt; to.noted_trace = from.noted_trace
    }
}

/* A batch on its way to disk, and what follows (engine_state.hpp: continuation). The engine of the model waits for one
 * batch before it takes the next event: batches are durable in their order, so only the waiting is lost by that. */
#define nothing_flies 0
#define flies 1
#define is_durable 2 /* the engine has not heard of it */
byte batch;
#define then_nothing 0
#define then_start 1
#define then_acknowledge 2
byte then;
bit lazy; /* memory has what persist_lazily() took */

/* engine_state.hpp: lane_work and lane */
#define idle 0
#define claimed 1
#define money 2
#define asks_baseline 3
#define asks_repeat 4
#define asks_second 5
byte work;
bit ready, first_contact, ask_again, patient, ambiguous_result;
telling seen;
byte first_answer;

/* The link. A cut takes what is under way; each side notices by itself. */
#define to_pay 1
#define to_repeat 2
#define to_totals 3
#define acknowledgement 4
#define status_information 5
#define print 6
#define completion 7
#define abort 8
#define busy 9
#define last_transaction 10
#define totals 11
#define no_transaction 12 /* 06 20 is refused: there is none */
chan to_terminal = [2] of { byte, byte };
chan to_bridge = [2] of { byte, byte, byte, byte, byte, byte };
bit link;
bit cut_unheard;      /* the session has not been told: link_closed() is due */
bit waits_for_result; /* acknowledgements::waiting(): a result of this link is not acknowledged yet */

/* The terminal: sim/terminal.cpp */
#define powered_off 0
#define off_duty 1
#define serves_others 2
#define reads_card 3
#define has_result 4     /* status information is to be sent */
#define awaits_status 5  /* .. its acknowledgement */
#define prints 6
#define awaits_print 7
#define ends 8
#define reverses 9
byte doing;
byte serving;    /* the sale */
bit alone;       /* the link of this dialogue is gone */
/* Durable: sim/memory.hpp */
byte pending;    /* sale + 1: asked the acquirer, neither stored nor undone */
bit undoing;
telling at_hand; /* the transaction that runs */
telling record;  /* what 06 20 shows */
byte counter_receipt, counter_trace, turnover_count, turnover_amount;
/* Habits of this terminal */
#ifdef NO_TRACE_NUMBERS /* BMP 0B */
#define shown_trace(t) 0
#else
#define shown_trace(t) (t)
#endif
#define shows_stored 0
#define shows_executed 1   /* also declined and reversed ones */
#define shows_or_not 2     /* 06 20 shows the last stored one, or ends in a bare completion, as it likes */
byte repeat_receipt;

inline cut_link() {
    link = 0; cut_unheard = 1;
    if :: doing > off_duty -> alone = 1 :: else fi;
    do :: to_bridge?_,_,_,_,_,_ :: empty(to_bridge) -> break od;
    do :: to_terminal?_,_ :: empty(to_terminal) -> break od
}

/* The acquirer's books, and what was sent. */
#define no_booking 0
#define held 1   /* authorised, not stored by the terminal */
#define charged 2
#define undone 3
byte booking[SALES];
byte frames[SALES];

byte crashes_left = CRASHES, cuts_left = CUTS, losses_left = LOSSES, power_losses_left = POWER_LOSSES;
byte foreign_left = FOREIGN_SALES;
