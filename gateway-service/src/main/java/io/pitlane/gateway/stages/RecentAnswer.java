package io.pitlane.gateway.stages;

import io.pitlane.contract.failure.FailureException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The latest answer to a question that takes time, asked again when it is old. A failure is an
 * answer, too: whoever asks in the meantime is not kept waiting for the same. Thread-safe: one at a
 * time asks, the others wait for that answer.
 *
 * @param <T> the answer
 */
final class RecentAnswer<T> {
    private final Supplier<T> question;
    private final long freshNanos;
    private final long failedNanos;
    private final LongSupplier clock;
    private T answer;
    private FailureException failure;
    private long answeredNanos;

    /**
     * A question that has not been asked.
     *
     * @param question throws {@link FailureException} where there is no answer
     * @param fresh how long an answer is given again
     * @param failed how long a failure is
     * @param clock in nanoseconds
     */
    RecentAnswer(Supplier<T> question, Duration fresh, Duration failed, LongSupplier clock) {
        this.question = question;
        this.freshNanos = fresh.toNanos();
        this.failedNanos = failed.toNanos();
        this.clock = clock;
    }

    /**
     * The answer, a recent one where there is one.
     *
     * @throws FailureException where there is none
     */
    synchronized T get() {
        if (!isRecent()) {
            ask();
        }
        if (failure != null) {
            throw new FailureException(
                    failure.kind(), failure.getMessage(), failure.action(), failure);
        }
        return answer;
    }

    private boolean isRecent() {
        if (answer == null && failure == null) {
            return false;
        }
        return clock.getAsLong() - answeredNanos <= (failure == null ? freshNanos : failedNanos);
    }

    private void ask() {
        try {
            answer = question.get();
            failure = null;
        } catch (FailureException e) {
            failure = e;
        }
        answeredNanos = clock.getAsLong();
    }
}
