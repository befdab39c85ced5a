/* Who asks, who settles what nobody knows, and what goes wrong. */

/* POS software: asks for one sale after the other, each under a key of its own, again and again until it has been told
 * how it ended. A key that the journal or the engine knows starts nothing (M6: answered_by_key). */
#ifdef MUTANT_KEYS_IN_MEMORY_ONLY
#define is_known(sale) key_held[sale]
#else
#define is_known(sale) (memory.status[sale] != absent)
#endif
#ifdef MUTANT_SALE_BEFORE_THE_BASELINE
#define may_begin 1
#else
#define may_begin !ask_again /* free_lane(): baseline_missing */
#endif
#ifdef MUTANT_UNKNOWN_BLOCKS_NOTHING
#define may_follow (memory.open == 0 || memory.status[the_sale] == unknown)
#else
#define may_follow (memory.open == 0)
#endif
#define lane_is_free (batch == nothing_flies && ready && work == idle && may_follow && may_begin)
proctype shop() {
end:
    do
    :: atomic { lane_is_free && !is_known(0) -> begin_intent(0) }
#if SALES > 1
    :: atomic { lane_is_free && is_known(0) && !is_known(1) -> begin_intent(1) }
#endif
    od
}
/* A person looks at the terminal, which has come to rest, and at the acquirer's books, and resolves: engine.cpp:
 * handle(resolve_payment) */
#define at_rest(sale) (booking[sale] != held && !(doing > serves_others && serving == sale) && empty(to_terminal))
proctype person() {
end:
    do
    :: atomic {
        batch == nothing_flies && memory.open != 0 && memory.status[the_sale] == unknown && at_rest(the_sale) ->
        memory.status[the_sale] = (booking[the_sale] == charged -> captured : cancelled);
        memory.day_complete = 0;
        close_intent(); persist(then_nothing);
        attend_next()
    }
    od
}

inline crash() {
#ifdef MUTANT_KEYS_IN_MEMORY_ONLY
    key_held[0] = 0; key_held[1] = 0;
#endif
    cut_link(); cut_unheard = 0; waits_for_result = 0;
    copy_books(memory, journal);
    batch = nothing_flies; then = then_nothing; lazy = 0; work = idle; ready = 0; first_contact = 0; ask_again = 0;
    clear_telling(seen); first_answer = 0; ambiguous_result = 0;
    /* engine_recovery.cpp: restore() */
#ifndef MUTANT_FORGET_THE_OPEN_INTENT
    patient = (memory.open != 0 && memory.status[the_sale] == in_progress)
#endif
}

inline power_loss() {
    doing = powered_off; serving = 0; alone = 0;
    if :: pending == 0 -> clear_telling(at_hand) :: else fi;
    if :: link -> cut_link() :: else fi;
    alone = 0
}

proctype faults() {
end:
    do
    :: atomic { crashes_left > 0 && !all_ended -> crashes_left = crashes_left - 1; crash() }
    :: atomic { cuts_left > 0 && link && !all_ended -> cuts_left = cuts_left - 1; cut_link() }
    :: atomic { power_losses_left > 0 && doing != powered_off && !all_ended ->
        power_losses_left = power_losses_left - 1; power_loss() }
    :: atomic { losses_left > 0 && nempty(to_bridge) -> losses_left = losses_left - 1; to_bridge?_,_,_,_,_,_ }
    :: atomic { losses_left > 0 && nempty(to_terminal) -> losses_left = losses_left - 1; to_terminal?_,_ }
    :: atomic { losses_left > 0 && doing == awaits_status -> losses_left = losses_left - 1; status_unanswered() }
    od
}
