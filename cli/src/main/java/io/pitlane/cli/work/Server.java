package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;

/** The gateway that a run is submitted to, and whatever had to be started for it. */
public interface Server extends AutoCloseable {

    GatewayClient client();

    /**
     * Returns while there is hope for an answer.
     *
     * @throws io.pitlane.contract.FailureException when there is none
     */
    void check();

    /** Where people find the logs. */
    String logs();

    /** Notes that the run came to its verdict, so that nobody needs the logs. */
    void concluded();

    @Override
    void close();

    /** A gateway that runs already and goes on running. */
    record Running(GatewayClient client) implements Server {
        @Override
        public void check() {}

        @Override
        public String logs() {
            return "the logs of the stack at " + client.server();
        }

        @Override
        public void concluded() {}

        @Override
        public void close() {}
    }
}
