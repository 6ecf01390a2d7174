package io.pitlane.tests.faults;

import org.apache.kafka.common.protocol.ApiKeys;

/** When a process is killed, seen from the replica that does a job. */
enum Moment {
    /** The job and what it needs are here; nothing is done yet. */
    AFTER_FETCH,
    /** Half of the work is done. */
    IN_MID_WORK,
    /** The transaction is open, and some chunks of the model are in the log. */
    CHUNKS_SENT(KafkaGate.Side.REQUEST, ApiKeys.PRODUCE, 3),
    /** Everything is in the log but the place in the queue. */
    BEFORE_OFFSETS(KafkaGate.Side.REQUEST, ApiKeys.TXN_OFFSET_COMMIT, 1),
    /** The records are written, the transaction is not committed (before EndTxn). */
    BEFORE_COMMIT(KafkaGate.Side.REQUEST, ApiKeys.END_TXN, 1),
    /** The broker has committed, and the replica does not know. */
    AFTER_COMMIT(KafkaGate.Side.ANSWER, ApiKeys.END_TXN, 1);

    private final KafkaGate.Side side;
    private final ApiKeys api;
    private final int nth;

    Moment() {
        this(null, null, 0);
    }

    Moment(KafkaGate.Side side, ApiKeys api, int nth) {
        this.side = side;
        this.api = api;
        this.nth = nth;
    }

    /** Whether the gate holds it; else the diary and the folders tell. */
    boolean isAtTheGate() {
        return api != null;
    }

    /** Has the gate hold it the next time that a producer of this name comes to it. */
    KafkaGate.Hold holdAt(KafkaGate gate, String client) {
        return gate.hold(side, api, client, nth);
    }
}
