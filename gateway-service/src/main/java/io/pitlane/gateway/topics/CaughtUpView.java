package io.pitlane.gateway.topics;

import java.util.Optional;
import java.util.function.Supplier;

/** The state that the gateway has read from the topics, with a way to wait for the latest. */
@FunctionalInterface
public interface CaughtUpView {

    /**
     * Waits until every record that is in a topic now has been read, including those of a
     * transaction that is being committed.
     *
     * @throws io.pitlane.contract.failure.FailureException INTERNAL when that takes too long
     */
    void awaitCaughtUp(String topic);

    /**
     * What a lookup in this state finds. Another gateway may have written it a moment ago: where
     * the lookup finds nothing, it is repeated after {@link #awaitCaughtUp}.
     *
     * @param topic from which the state is read
     * @throws io.pitlane.contract.failure.FailureException INTERNAL when that takes too long
     */
    default <T> Optional<T> find(String topic, Supplier<Optional<T>> lookup) {
        return lookup.get()
                .or(
                        () -> {
                            awaitCaughtUp(topic);
                            return lookup.get();
                        });
    }
}
