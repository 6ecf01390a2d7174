package io.pitlane.tests.faults;

import org.apache.kafka.common.protocol.ApiKeys;

/** When a process is killed, seen from the replica that does a job. */
enum KillPoint {
    /** The job and what it needs are here; nothing is done yet. */
    AFTER_FETCH,
    /** Half of the work is done. */
    IN_MID_WORK,
    /** The result is there; no record of the transaction has reached the broker. */
    BEFORE_RECORDS(KafkaProxy.Side.REQUEST, ApiKeys.PRODUCE, 1),
    /** The transaction is open, and some chunks of the model are in the log. */
    CHUNKS_SENT(KafkaProxy.Side.REQUEST, ApiKeys.PRODUCE, 3),
    /** The records are written, the consumed offset is not. */
    BEFORE_OFFSETS(KafkaProxy.Side.REQUEST, ApiKeys.TXN_OFFSET_COMMIT, 1),
    /** The records are written, the transaction is not committed (before EndTxn). */
    BEFORE_COMMIT(KafkaProxy.Side.REQUEST, ApiKeys.END_TXN, 1),
    /** The broker has committed, and the replica does not know. */
    AFTER_COMMIT(KafkaProxy.Side.ANSWER, ApiKeys.END_TXN, 1);

    private final KafkaProxy.Side side;
    private final ApiKeys api;
    private final int nth;

    KillPoint() {
        this(null, null, 0);
    }

    KillPoint(KafkaProxy.Side side, ApiKeys api, int nth) {
        this.side = side;
        this.api = api;
        this.nth = nth;
    }

    /** Whether the proxy holds it; else the event log and the folders tell. */
    boolean isAtTheProxy() {
        return api != null;
    }

    /** Has the proxy hold it the next time that a producer of this name comes to it. */
    KafkaProxy.Hold holdAt(KafkaProxy proxy, String client) {
        return proxy.hold(side, api, client, nth);
    }
}
