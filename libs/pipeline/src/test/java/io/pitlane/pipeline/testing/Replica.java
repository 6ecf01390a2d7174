package io.pitlane.pipeline.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/** A running service that a test ends. */
public interface Replica extends AutoCloseable {

    /**
     * What every replica in a test is started with.
     *
     * @param name of the instance
     * @param more add to ours or replace them
     */
    static Map<String, String> settings(String name, Map<String, String> more) {
        var all = new LinkedHashMap<String, String>();
        all.put("pitlane.instance", name);
        all.put("pitlane.job.jvm-options", "-Xmx64m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC");
        // The shortest that a broker allows: a dead replica's work is taken over after that.
        all.put("mp.messaging.incoming.jobs.session.timeout.ms", "6000");
        all.put("mp.messaging.incoming.trials.session.timeout.ms", "6000");
        all.putAll(more);
        return all;
    }

    /** Ends it as kill -9 does, and waits until it has. */
    void kill();

    /** Asks it to end as kill does. */
    void askToEnd();

    /** The same, and waits until it has. */
    void terminate();

    /** Whether it has not ended yet. */
    boolean isAlive();

    @Override
    void close();
}
