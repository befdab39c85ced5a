/* firmware-bridge/sales/recovery.cpp: classify(), judge_totals(), decide(). */

/* repeat_answer */
#define unanswered 0
#define unchanged 1
#define ours_approved 2
#define ours_declined 3
#define ours_reversed 4
#define other 5
#define nothing 6
/* second_answer */
#define not_asked 0
#define shows_done 1
#define shows_not_done 2
#define undecided 3
/* decision */
#define settle_done 1
#define settle_declined 2
#define settle_not_done 3
#define ask_second 4
#define stay_unknown 5

#define differ(a, b) ((a) != 0 && (b) != 0 && (a) != (b))
#ifdef MUTANT_LEARNT_DURING_RECOVERY
#define nothing_before memory.baseline_known
#else
#define nothing_before memory.known_before
#endif
/* expected_receipt(); 0 is none, and no number that was seen equals it */
#define expected_receipt (memory.receipt_before != 0 -> memory.receipt_before + 1 : (nothing_before -> 1 : 0))
#define is_next(number) ((number) != 0 && (number) == expected_receipt)
#define is_after_next(number) (expected_receipt != 0 && (number) == expected_receipt + 1)
#define has_our_numbers(r)                                                                   \
    (memory.result.code != says_nothing && (memory.result.receipt != 0 || memory.result.trace_no != 0) && \
     !differ(r.receipt, memory.result.receipt) && !differ(r.trace_no, memory.result.trace_no) &&             \
     (r.receipt == memory.result.receipt || r.trace_no == memory.result.trace_no))
#define reverses_ours(r)                                                                                       \
    (r.original != 0 && r.code == says_approved &&                                                            \
     ((memory.result.code != says_nothing && memory.result.trace_no != 0 && memory.result.trace_no == r.original) || \
      ((memory.result.code == says_nothing || memory.result.trace_no == 0) && is_after_next(r.receipt) &&         \
       r.amount == our_amount)))
/* judge_number_before() */
#define number_before(r) (memory.receipt_before != 0 && r.receipt == memory.receipt_before)
#define told_apart(r) (r.trace_no != 0 && memory.trace_before != 0)
#define numbered (memory.result.code == says_approved && memory.result.receipt != 0)

inline judge_own_record(r, answer) {
    if
    :: r.code == says_declined -> answer = ours_declined
    :: r.code == says_approved && r.original != 0 -> answer = ours_reversed
    :: r.code == says_approved && r.original == 0 && r.amount == our_amount -> answer = ours_approved
    :: else -> answer = other
    fi
}

inline classify(r, answer) {
    if
    :: r.receipt == 0 && r.trace_no == 0 -> answer = (r.code != says_nothing -> other : nothing)
#ifdef MUTANT_TRUST_A_FOREIGN_TRANSACTION
    :: (r.receipt != 0 || r.trace_no != 0) && r.code == says_approved && r.receipt != memory.receipt_before ->
        answer = ours_approved
#endif
    :: number_before(r) && !told_apart(r) ->
#ifdef MUTANT_A_NUMBER_ALONE_PROVES
        answer = unchanged
#else
        answer = other
#endif
    :: else ->
        if
        :: has_our_numbers(r) ->
            if
            :: r.original != 0 && memory.result.original == 0 -> answer = ours_reversed
            :: else -> judge_own_record(r, answer)
            fi
        :: else ->
            if
            :: number_before(r) -> answer = (r.trace_no > memory.trace_before -> other : unchanged)
            :: else ->
                if
                :: reverses_ours(r) -> answer = ours_reversed
                :: else ->
                    if
                    :: !numbered && is_next(r.receipt) -> judge_own_record(r, answer)
                    :: else ->
                        if
                        :: r.receipt == 0 && r.code == says_declined && memory.trace_before != 0 &&
                           r.trace_no == memory.trace_before + 1 && r.amount == our_amount -> answer = ours_declined
                        :: else -> answer = other
                        fi
                    fi
                fi
            fi
        fi
    fi
}

/* `seen` are totals: receipt is the count, trace the amount. */
inline judge_totals(answer) {
    if
    :: !memory.day_complete || seen.code != says_totals -> answer = undecided
    :: else ->
        if
        :: seen.receipt == memory.day_count && seen.trace_no == memory.day_amount -> answer = shows_not_done
        :: seen.receipt == memory.day_count + 1 && seen.trace_no == memory.day_amount + our_amount -> answer = shows_done
        :: else -> answer = undecided
        fi
    fi
}

#define approved_stage (memory.stage == stage_approved || memory.stage == stage_approved_aborted)
#define undecided_stage (memory.stage == intended || memory.stage == stage_declined)
#define cannot_tell(a) (a == other || a == nothing || (a == ours_declined && approved_stage))

/* The rows of recovery_table() for kind `payment`, in their order. */
inline decide(repeat, second, verdict) {
    if
    :: repeat == ours_approved -> verdict = settle_done /* also of declined_ended */
    :: memory.stage == stage_declined_ended && repeat != ours_approved ->
        verdict = settle_declined
    :: undecided_stage && repeat == ours_declined -> verdict = settle_declined
    :: (memory.stage == intended || approved_stage) && repeat == unchanged -> verdict = settle_not_done
    :: memory.stage == stage_declined && repeat == unchanged -> verdict = settle_declined
    :: memory.stage != stage_declined_ended && repeat == ours_reversed -> verdict = settle_not_done
    :: memory.stage != stage_declined_ended && cannot_tell(repeat) ->
        if
        :: second == not_asked -> verdict = ask_second
        :: second == shows_done -> verdict = settle_done
        :: second == shows_not_done -> verdict = settle_not_done
        :: second == undecided -> verdict = stay_unknown
        fi
    fi
}
