package io.pitlane.pipeline.testing;

/** A running service that a test ends. */
public interface Replica extends AutoCloseable {

    /** Ends it as kill -9 does, and waits until it has. */
    void kill();

    /** Ends it as kill does, and waits until it has. */
    void terminate();

    @Override
    void close();
}
