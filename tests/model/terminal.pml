/* The terminal and its acquirer: sim/terminal.cpp, payment_dialogues.cpp, conclusion.cpp, report_dialogues.cpp,
 * memory.cpp. What terminals do differently is chosen where it matters: the store rule at the acknowledgement, what a
 * lost link means when it is lost, what a power loss leaves when the power returns. */

inline tell(message, what) {
    to_bridge!message,what.code,what.receipt,shown_trace(what.trace_no),what.amount,what.original
}
inline tell_only(message) { to_bridge!message,0,0,0,0,0 }

/* conclusion.cpp: store() */
inline store() {
    booking[pending - 1] = charged; pending = 0;
    counter_receipt = at_hand.receipt;
    turnover_count = turnover_count + 1; turnover_amount = turnover_amount + our_amount;
    copy_telling(record, at_hand)
}

/* conclusion.cpp: reverse(), its second half; record_reversal() */
inline undo() {
    m5_captured_stays(pending - 1);
    booking[pending - 1] = undone; pending = 0; undoing = 0;
    if
    :: repeat_receipt == shows_executed -> copy_telling(record, at_hand); record.code = says_declined
    :: true -> skip
    :: true -> /* reversal_takes_number */
        counter_trace = counter_trace + 1; counter_receipt = counter_receipt + 1;
        record.code = says_approved; record.receipt = counter_receipt; record.trace_no = counter_trace;
        record.amount = our_amount; record.original = at_hand.trace_no
    fi
}

inline rest() {
    doing = off_duty; serving = 0; alone = 0; clear_telling(at_hand);
    memory.noted_receipt = 0; memory.noted_trace = 0; /* the rules need the event no more */
    journal.noted_receipt = 0; journal.noted_trace = 0
}

inline give_up() {
    if :: link && !alone -> tell_only(abort) :: else fi;
    rest()
}

/* A message of the dialogue can go: on its own link, or, where a lost link changes nothing, on the next. */
#define can_speak (link && nfull(to_bridge))
#define ack_waits (len(to_terminal) != 0)

/* payment_dialogues.cpp: with_card(), authorise(), ask_host(), note_refusal() */
inline serve_card() {
    if
    :: give_up() /* no card, no PIN, the stop key */
    :: alone -> give_up()
    :: counter_trace = counter_trace + 1;
        at_hand.code = says_declined; at_hand.trace_no = counter_trace; at_hand.amount = our_amount;
        if :: repeat_receipt == shows_executed -> copy_telling(record, at_hand) :: else fi;
        doing = has_result
    :: counter_trace = counter_trace + 1;
        at_hand.code = says_approved; at_hand.trace_no = counter_trace; at_hand.receipt = counter_receipt + 1;
        at_hand.amount = our_amount;
        pending = serving + 1; booking[serving] = held;
        doing = has_result
#ifndef NO_BARE_COMPLETION
    :: can_speak && !alone -> /* completion_without_status */
        counter_trace = counter_trace + 1;
        at_hand.code = says_approved; at_hand.trace_no = counter_trace; at_hand.receipt = counter_receipt + 1;
        at_hand.amount = our_amount;
        pending = serving + 1; booking[serving] = held;
        store(); doing = ends
#endif
    fi
}

/* conclusion.cpp: conclude(), decline(), after the answer to the status information */
inline status_acknowledged() {
    m3_result_is_durable(serving);
    if
    :: at_hand.code == says_declined -> doing = ends
    :: at_hand.code == says_approved -> store(); doing = prints /* store_rule::after_status */
    :: at_hand.code == says_approved -> doing = prints           /* store_rule::after_prints */
    fi
}

inline status_unanswered() {
    if
    :: at_hand.code == says_approved -> undoing = 1; doing = reverses
    :: else -> doing = ends
    fi
}

inline print_ended(well) {
    if
    :: pending != 0 && well -> store(); doing = ends
    :: pending != 0 && !well -> undoing = 1; doing = reverses
    :: pending == 0 -> doing = ends
    fi
}

/* No answer is under way and none is being prepared. A disk that is slower than T3 is a fault (faults). */
#define no_answer_comes \
    (empty(to_terminal) && !(batch != nothing_flies && waits_for_result && !alone) && empty(to_bridge))

proctype terminal() {
    byte command, sale;
end:
    do
    :: atomic {
        nempty(to_terminal) && doing >= off_duty && nfull(to_bridge) ->
        to_terminal?command,sale;
        if
        :: command == acknowledgement && doing == awaits_status -> status_acknowledged()
        :: command == acknowledgement && doing == awaits_print -> print_ended(1)
        :: command == acknowledgement && doing != awaits_status && doing != awaits_print
        :: command != acknowledgement && doing != off_duty -> tell_only(busy)
        :: command == to_pay && doing == off_duty -> serving = sale; doing = reads_card
        :: command == to_repeat && doing == off_duty ->
            if
            :: record.code != says_nothing -> tell(last_transaction, record)
            :: record.code == says_nothing -> tell_only(no_transaction)
            :: repeat_receipt == shows_or_not -> tell_only(last_transaction)
            fi
        :: command == to_totals && doing == off_duty ->
            to_bridge!totals,says_totals,turnover_count,turnover_amount,0,0
        fi;
        command = 0; sale = 0
    }
    :: atomic { doing == reads_card && nfull(to_bridge) -> serve_card() }
    :: atomic {
        doing == has_result ->
        if
        :: can_speak -> tell(status_information, at_hand); alone = 0; doing = awaits_status
        :: !link || alone -> status_unanswered()
        fi
    }
    :: atomic { doing == awaits_status && (alone || (no_answer_comes && !alone)) ->
        if
        :: status_unanswered()
        :: alone -> doing = has_result /* ignores_link_loss */
        :: link && !alone -> cut_link(); status_unanswered() /* hang_up */
        fi
    }
    :: atomic {
        doing == prints ->
        if
        :: can_speak && !alone -> tell_only(print); doing = awaits_print
        :: alone -> print_ended(0)
        :: doing = awaits_print; print_ended(1) /* prints itself, or nothing */
        fi
    }
    :: atomic { doing == awaits_print && (alone || (no_answer_comes && !alone)) -> print_ended(0) }
    :: atomic {
        doing == ends && nfull(to_bridge) ->
        if
        :: at_hand.code == says_approved ->
            if :: link && !alone -> tell_only(completion) :: else fi;
            rest()
        :: at_hand.code == says_declined -> give_up()
        :: at_hand.code == says_declined -> /* completion_after_refusal */
            if :: link && !alone -> tell_only(completion) :: else fi;
            rest()
        fi
    }
    :: atomic { doing == reverses && nfull(to_bridge) -> undo(); give_up() }
    :: atomic { /* terminal::power_on(), settle_after_power_loss() */
        doing == powered_off ->
        if
        :: pending != 0 -> undo()
        :: pending != 0 && !undoing -> store() /* power_loss_keeps */
        :: pending == 0
        fi;
        rest()
    }
    od
}

/* Another register, or a sale that is started at the terminal: meanwhile the terminal is busy for us. */
proctype other_register() {
end:
    do
    :: atomic {
        doing == off_duty && foreign_left > 0 && !all_ended -> foreign_left = foreign_left - 1; doing = serves_others
    }
    :: atomic {
        doing == serves_others ->
        counter_receipt = counter_receipt + 1; counter_trace = counter_trace + 1;
        turnover_count = turnover_count + 1; turnover_amount = turnover_amount + foreign_amount;
        record.code = says_approved; record.receipt = counter_receipt; record.trace_no = counter_trace;
        record.amount = foreign_amount; record.original = 0;
        rest()
    }
    od
}
