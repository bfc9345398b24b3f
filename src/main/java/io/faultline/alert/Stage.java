package io.faultline.alert;

import java.util.Optional;

/** One decision on a notice's way to the outbox. Must be a function of its arguments. */
@FunctionalInterface
interface Stage {
    Decision decide(Notice notice, Situation situation);

    /** What becomes of a notice. */
    sealed interface Decision {
        /**
         * It goes on, perhaps changed.
         *
         * @param leftOut why part of the news was taken out of it, if that was done; that part is told when the reason
         *     does not hold any more
         */
        record Pass(Notice notice, Optional<String> leftOut) implements Decision {
            Pass(Notice notice) {
                this(notice, Optional.empty());
            }
        }

        /** Nobody is told now; the reason, one sentence, is kept with the incident so that it can be seen. */
        record Held(String reason) implements Decision {}
    }
}
