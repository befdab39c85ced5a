/* The bridge: engine.cpp, engine_events.cpp, engine_recovery.cpp, engine_journal.cpp, and what decides about money of
 * drivers/zvt/session_machine. Every inline has the name of its function there. */

#ifdef MUTANT_KEYS_IN_MEMORY_ONLY
bit key_held[SALES];
#endif
byte answer_, second_, verdict_; /* of one step; 0 between steps */

#define the_sale (memory.open - 1)

/* engine_journal.cpp: persist_batch() */
inline persist(continuation) {
    assert(batch == nothing_flies);
    batch = flies; then = continuation; lazy = 0
}

/* engine_recovery.cpp: learn() */
inline learn(r) {
    if
    :: r.code == says_totals -> skip
    :: else ->
#ifdef MUTANT_A_NUMBER_ALONE_PROVES
        if :: r.receipt != 0 -> memory.last_receipt = r.receipt :: else fi;
#else
        if :: r.code == says_approved && r.receipt != 0 -> memory.last_receipt = r.receipt :: else fi;
#endif
        if :: r.trace_no != 0 -> memory.last_trace = r.trace_no :: else fi;
#ifdef MUTANT_A_REFUSAL_TELLS_THE_LAST
        memory.baseline_known = 1
#else
        if :: r.code == says_approved && r.receipt != 0 -> memory.baseline_known = 1 :: else fi
#endif
    fi
}

/* engine_recovery.cpp: forget(): 06 20 told nothing, so that what we remember may be old */
inline forget() {
#ifndef MUTANT_A_BARE_COMPLETION_CHANGES_NOTHING
    memory.last_receipt = 0; memory.last_trace = 0; memory.baseline_known = 0
#else
    skip
#endif
}

/* engine_recovery.cpp: ask(); session_machine::start(), which refuses when the session knows that the link has gone:
 * start_failed(), as good as no answer */
inline ask(what, question) {
    clear_telling(seen); ask_again = 0;
    if
    :: link -> work = what; to_terminal!question,0
    :: !link && cut_unheard -> work = what
    :: !link && !cut_unheard -> work = idle; ask_again = 1
    fi
}

/* engine_recovery.cpp: recover() */
inline recover() {
    if :: memory.status[the_sale] == in_progress -> patient = 1 :: else fi;
    if :: ready && work == idle -> ask(asks_repeat, to_repeat) :: else fi
}

inline close_intent() {
    memory.open = 0; memory.stage = intended; clear_telling(memory.result);
    memory.receipt_before = 0; memory.trace_before = 0; memory.known_before = 0;
    patient = 0; ask_again = 0; ambiguous_result = 0
}

/* engine_recovery.cpp: finish(); settlement.cpp. The rules are asked here, in the acquirer's books (sale.pml). */
inline finish(verdict, so) {
    if :: seen.code != says_nothing -> learn(seen) :: else fi;
    if
    :: verdict == settle_done ->
        m5_final_is_proven(the_sale);
        memory.status[the_sale] = captured;
        memory.day_count = memory.day_count + 1;
        if
        :: memory.result.code == says_approved && memory.result.amount != 0 ->
            memory.day_amount = memory.day_amount + memory.result.amount
        :: else -> memory.day_amount = memory.day_amount + our_amount
        fi
    :: else ->
        m4_no_charge_is_denied(the_sale);
        memory.status[the_sale] = so
    fi;
    close_intent(); clear_telling(seen);
    persist(then_nothing)
}

/* engine_recovery.cpp: become_unknown() */
inline become_unknown() {
    patient = 0;
    if
    :: memory.status[the_sale] == unknown -> skip
    :: else -> memory.status[the_sale] = unknown; persist(then_nothing)
    fi
}

#define status_after(verdict) \
    (verdict == settle_done -> captured : (verdict == settle_declined -> declined : cancelled))

/* engine_recovery.cpp: judge(), of an answer */
inline judge(repeat, second) {
    decide(repeat, second, verdict_);
    if
    :: verdict_ <= settle_not_done ->
        if :: repeat == ours_approved -> copy_telling(memory.result, seen) :: else fi;
        finish(verdict_, status_after(verdict_))
    :: verdict_ == ask_second ->
        if :: seen.code != says_nothing -> learn(seen) :: else fi;
        ask(asks_second, to_totals)
    :: verdict_ == stay_unknown -> become_unknown()
    fi;
    verdict_ = 0
}

/* engine_recovery.cpp: baseline_ended(); `refused` is 06 1E or a refusal: there is none */
inline baseline_ended(refused) {
    if
    :: first_contact -> /* the answer opens the day */
        first_contact = 0; memory.day_opened = 1; lazy = 1;
        if
        :: seen.code == says_totals ->
            memory.day_count = seen.receipt; memory.day_amount = seen.trace_no; memory.day_complete = 1
        :: else
        fi
    :: else ->
        if
        :: seen.code == says_approved && seen.receipt != 0 && memory.baseline_known &&
           seen.receipt != memory.last_receipt -> memory.day_complete = 0
        :: else
        fi;
        if :: seen.code != says_nothing -> learn(seen) :: else fi;
#ifdef MUTANT_A_BARE_COMPLETION_MEANS_NONE
        memory.baseline_known = 1;
#else
        if
        :: refused -> memory.baseline_known = 1
        :: !refused && seen.code == says_nothing -> forget()
        :: else
        fi;
#endif
        first_contact = !memory.day_opened && ready; lazy = 1;
        if :: first_contact -> ask(asks_second, to_totals) :: else fi
    fi
}

/* engine_recovery.cpp: attend_next(), when a person has resolved */
inline attend_next() {
#ifndef MUTANT_NOBODY_ASKS_AFTER_A_PERSON
    if :: ready && work == idle -> ask(asks_baseline, to_repeat) :: else fi
#else
    skip
#endif
}

/* engine_recovery.cpp: question_ended(): completed, aborted, refused */
inline question_answered(refused) {
    if
    :: work == asks_second && memory.open == 0 && !first_contact -> /* a person was faster than the answer */
        work = idle; attend_next()
    :: work == asks_baseline || (memory.open == 0 && (work != asks_second || first_contact)) ->
        work = idle; baseline_ended(refused)
    :: else ->
        if
        :: work == asks_repeat ->
            classify(seen, first_answer);
            if :: !refused && seen.code == says_nothing -> forget() :: else fi
        :: work == asks_second -> judge_totals(second_)
        fi;
        work = idle;
        judge(first_answer, second_);
        second_ = not_asked
    fi;
    if :: work == idle -> first_answer = unanswered :: else fi
}

/* .. lost, never_sent, busy; the recovery table's row of `unanswered`: ask again, it is no evidence */
inline question_unanswered() {
    if
    :: work == asks_second && memory.open == 0 && !first_contact -> work = idle; attend_next()
    :: else -> work = idle; ask_again = 1; first_contact = 0
    fi;
    first_answer = unanswered;
    if :: memory.open != 0 -> if :: memory.status[the_sale] == in_progress -> patient = 1 :: else fi :: else fi
}

/* engine_events.cpp: money_ended(), how::lost */
inline money_lost() {
    work = idle;
#ifdef MUTANT_DECLINE_ON_TIMEOUT
    finish(settle_declined, declined)
#else
    patient = 0;
    recover()
#endif
}

/* engine_events.cpp: money_ended(), how::completed */
inline money_completed() {
    work = idle;
#ifdef MUTANT_SUCCESS_FROM_A_BARE_COMPLETION
    finish(settle_done, captured)
#else
    if
    :: memory.stage == stage_approved && !ambiguous_result -> finish(settle_done, captured)
    :: else ->
        if :: memory.stage == stage_declined -> memory.stage = stage_declined_ended :: else fi;
        patient = 0; persist(then_nothing); recover()
    fi
#endif
}

/* engine_events.cpp: money_ended(), how::aborted; a stop by a person or the terminal's refusal */
inline money_aborted() {
    work = idle;
    if
    :: memory.stage != stage_approved ->
        finish(settle_declined, (memory.stage == stage_declined -> declined : cancelled))
    :: else ->
        memory.stage = stage_approved_aborted;
        patient = 0; persist(then_nothing); recover()
    fi
}

/* engine_events.cpp: money_ended(), how::refused and how::never_sent */
inline money_refused() {
    work = idle;
    if
    :: memory.result.code == says_nothing -> finish(settle_not_done, cancelled)
    :: else -> patient = 0; recover()
    fi
}

/* session_machine::answer_result() after acknowledge(): nothing is said to a link that has gone */
inline acknowledge() {
    if :: link && waits_for_result -> to_terminal!acknowledgement,0 :: else fi;
    waits_for_result = 0
}

/* engine_events.cpp: is_earlier(), without its second half: all our amounts are one */
#ifdef MUTANT_A_NUMBER_ALONE_PROVES
#define is_earlier(told) \
    (told.receipt != 0 && told.receipt == memory.receipt_before && told.trace_no == memory.trace_before)
#else
#define is_earlier(told)                                              \
    (told.trace_no != 0 && told.trace_no == memory.trace_before && \
     (told.receipt == 0 || told.receipt == memory.receipt_before))
#endif

/* engine_events.cpp: money_result() */
inline money_result(told) {
    if
    :: is_earlier(told) -> acknowledge()
    :: else ->
        ambiguous_result = (told.receipt != 0 && number_before(told) && !told_apart(told));
        copy_telling(memory.result, told);
        memory.stage = (told.code == says_approved -> stage_approved : stage_declined);
        learn(told);
#ifdef MUTANT_ACKNOWLEDGE_BEFORE_DISK
        acknowledge();
#endif
        persist(then_acknowledge)
    fi
}

/* engine_events.cpp: stray_result() */
inline stray_result(told) {
    if
    :: memory.open != 0 ->
        classify(told, answer_);
        if
        :: answer_ == ours_approved -> copy_telling(memory.result, told); memory.stage = stage_approved
        :: answer_ == ours_declined -> copy_telling(memory.result, told); memory.stage = stage_declined
        :: else -> learn(told)
        fi;
        answer_ = 0
    :: else -> memory.day_complete = 0; learn(told)
    fi;
#ifndef MUTANT_A_STRANGE_RESULT_IS_NOT_KEPT
    memory.noted_receipt = told.receipt; memory.noted_trace = told.trace_no; /* note_result() */
#endif
    persist(then_acknowledge)
}

/* session_messages.cpp: on_status_information(); engine_events.cpp: on(result_received) */
inline result_received() {
    waits_for_result = 1;
    if
    :: work == money -> money_result(told_)
    :: work == idle -> stray_result(told_)
    :: else -> copy_telling(seen, told_); acknowledge()
    fi
}

/* engine_events.cpp: on(registered) */
inline registered() {
    ready = 1;
    if
    :: work != idle -> skip
    :: work == idle && memory.open == 0 -> ask(asks_baseline, to_repeat)
    :: work == idle && memory.open != 0 ->
#if defined(MUTANT_FORGET_THE_OPEN_INTENT) || defined(MUTANT_RESEND_ON_SILENCE)
        skip
#elif defined(MUTANT_SKIP_RECOVERY_AFTER_RECONNECT)
        if
        :: memory.status[the_sale] == in_progress -> finish(settle_not_done, cancelled); ask(asks_baseline, to_repeat)
        :: else -> recover()
        fi
#else
        recover()
#endif
    fi
}

/* session_machine::link_closed(), end_all(): what ran is lost, then link_state{down} */
inline link_closed() {
    cut_unheard = 0; waits_for_result = 0;
    if
    :: work == money ->
#ifdef MUTANT_RESEND_ON_SILENCE
        work = idle; patient = 1
#else
        money_lost()
#endif
    :: work == asks_baseline || work == asks_repeat || work == asks_second -> question_unanswered()
    :: else
    fi;
    ready = 0; ask_again = 0
}

/* session_machine::begin(): the one place where a money frame leaves */
inline send_money_frame() {
    m1_intent_is_durable(the_sale);
    m2_is_first_frame(the_sale);
    frames[the_sale] = frames[the_sale] + 1;
    work = money;
#ifndef MUTANT_AN_ANSWER_OUTLIVES_ITS_QUESTION
    clear_telling(seen); ambiguous_result = 0; /* start_intent() */
#endif
    if :: link -> to_terminal!to_pay,the_sale :: else fi
}

/* engine_recovery.cpp: start_intent() */
inline start_intent() {
    if
    :: !ready || cut_unheard -> work = idle; finish(settle_not_done, cancelled) /* never_sent */
    :: ready -> send_money_frame()
    fi
}

/* engine.cpp: handle(create_payment), free_lane(), begin_intent(); one step, since nothing of it is durable before the
 * batch is */
inline begin_intent(sale) {
    m4_unknown_blocks();
    memory.status[sale] = in_progress; memory.open = sale + 1;
    memory.known_before = memory.baseline_known;
    memory.receipt_before = memory.last_receipt; memory.trace_before = memory.last_trace;
    memory.noted_receipt = 0; memory.noted_trace = 0; /* of a sale before: an old event proves nothing to the rule */
#ifdef MUTANT_KEYS_IN_MEMORY_ONLY
    key_held[sale] = 1;
#endif
    work = claimed;
#ifdef MUTANT_SEND_BEFORE_DISK
    persist(then_nothing);
    send_money_frame()
#else
    persist(then_start)
#endif
}

/* The terminal does nothing for us, and nothing is under way. */
#define nothing_comes                                                                                       \
    (batch == nothing_flies && empty(to_bridge) && empty(to_terminal) && (doing <= serves_others || alone))

telling told_; /* the message of one step; empty between steps */

proctype engine() {
    byte message;
end:
    do
    :: atomic {
        batch == nothing_flies && nempty(to_bridge) ->
        to_bridge?message,told_.code,told_.receipt,told_.trace_no,told_.amount,told_.original;
        if
        :: message == status_information -> result_received()
        :: message == print -> to_terminal!acknowledgement,0
        :: message == completion && work == money -> money_completed()
        :: message == abort && work == money -> money_aborted()
        :: message == busy && work == money -> money_refused()
        :: message == busy && work > money -> question_unanswered()
        :: message == last_transaction || message == totals -> copy_telling(seen, told_); question_answered(0)
        :: message == no_transaction -> question_answered(1)
        :: else
        fi;
        message = 0; clear_telling(told_)
    }
    :: atomic { batch == nothing_flies && cut_unheard -> link_closed() }
    :: atomic { work >= money && link && nothing_comes -> cut_link() } /* T3, T4: fail_link() */
#ifdef MUTANT_RESEND_ON_SILENCE
    :: atomic { batch == nothing_flies && ready && work == idle && memory.open != 0 && patient ->
        patient = 0; send_money_frame() }
#endif
    od
}

proctype timers() {
end:
    do
    :: atomic { /* elapse(): ask_again_at */
        batch == nothing_flies && ask_again && (!ready || work == idle) -> /* a busy lane: later */
        ask_again = 0;
        if
        :: !ready -> skip
        :: ready && work == idle && memory.open == 0 -> ask(asks_baseline, to_repeat)
        :: ready && work == idle && memory.open != 0 -> ask(asks_repeat, to_repeat)
        fi
    }
    :: atomic { /* elapse(): patience_until */
        batch == nothing_flies && patient ->
        patient = 0;
        if :: memory.open != 0 && work != claimed && work != money -> become_unknown() :: else fi
    }
    od
}

/* journal/sqlite_journal, group_commit; engine_journal.cpp: committed() */
proctype disk() {
end:
    do
    :: atomic { batch == flies -> copy_books(journal, memory); batch = is_durable }
    :: atomic {
        batch == is_durable ->
        batch = nothing_flies;
        if
        :: then == then_start -> then = then_nothing; start_intent()
        :: then == then_acknowledge -> then = then_nothing; acknowledge()
        :: else
        fi
    }
    :: atomic { batch == nothing_flies && lazy -> lazy = 0; copy_books(journal, memory) } /* flush_lazy() */
    od
}

/* drivers/connection.cpp opens the link again; session_registration.cpp registers when the terminal has time */
proctype connection() {
end:
    do
    :: atomic { !link && !cut_unheard && doing != powered_off -> link = 1 }
    :: atomic {
        batch == nothing_flies && link && !ready && doing == off_duty && empty(to_bridge) && empty(to_terminal) ->
        registered()
    }
    od
}
