package io.pitlane.gateway.topics;

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
}
