package io.pitlane.cli.run;

import io.pitlane.cli.client.GatewayClient;

/** The gateway that a run is submitted to, with the stack that was started for it, if any. */
public interface Server extends AutoCloseable {

    /** A client of the gateway. */
    GatewayClient client();

    /**
     * Returns while the gateway can still respond.
     *
     * @throws io.pitlane.contract.failure.FailureException when it will not respond any more
     */
    void check();

    /** Where the logs are, for a message. */
    String logs();

    /** Tells that the run has a verdict, so that the logs are not needed. */
    void verdictReached();

    @Override
    void close();

    /** A gateway that was running before and keeps running. */
    record Running(GatewayClient client) implements Server {
        @Override
        public void check() {}

        @Override
        public String logs() {
            return "the logs of the stack at " + client.server();
        }

        @Override
        public void verdictReached() {}

        @Override
        public void close() {}
    }
}
