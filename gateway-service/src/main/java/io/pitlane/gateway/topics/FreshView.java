package io.pitlane.gateway.topics;

/** The gateway's memory of the topics, for those who must not act on an old one. */
@FunctionalInterface
public interface FreshView {

    /**
     * Waits until everything that is in a topic now has been read, what a transaction holds that is
     * being committed at this moment included.
     *
     * @throws io.pitlane.contract.FailureException INTERNAL when that takes too long
     */
    void await(String topic);
}
