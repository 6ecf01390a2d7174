package io.pitlane.cli;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.RunState;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** Which run a command is about. */
final class RunArgument {
    @Parameters(
            paramLabel = "RUN",
            description = "The run's id, the first characters of it, or 'latest'.")
    private String run;

    /**
     * The run as the server knows it.
     *
     * @throws FailureException when there is none, or more than one begins so
     */
    RunState find(GatewayClient client) {
        var runs = client.runs();
        var found =
                run.equals("latest")
                        ? runs.stream().limit(1).toList()
                        : runs.stream().filter(r -> r.runId().startsWith(run)).toList();
        return Optional.of(found)
                .filter(one -> one.size() == 1)
                .map(one -> one.get(0))
                .orElseThrow(() -> notFound(client, found.size()));
    }

    private FailureException notFound(GatewayClient client, int found) {
        return FailureException.invalidInput(
                found == 0
                        ? "there is no run '" + run + "' at " + client.server()
                        : found + " runs begin with '" + run + "'",
                "'pitlane runs' lists the runs of a server.");
    }
}
