package io.pitlane.pipeline.consumer;

/** Parts of the consumer without a Kafka client. */
public final class InFlightFixtures {
    private InFlightFixtures() {}

    /** That of an idle replica. */
    public static InFlightWork idle() {
        return new InFlightWork(new InFlightPartitions());
    }
}
