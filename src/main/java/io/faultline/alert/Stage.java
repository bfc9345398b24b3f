package io.faultline.alert;

/** One decision on a notice's way to the outbox. Must be a function of its arguments. */
@FunctionalInterface
interface Stage {
    Decision decide(Notice notice, Situation situation);

    /** What becomes of a notice. */
    sealed interface Decision {
        /** It goes on, perhaps changed. */
        record Pass(Notice notice) implements Decision {}

        /** Nobody is told; the reason, one sentence, is kept with the subject so that it can be seen. */
        record Held(String reason) implements Decision {}
    }
}
