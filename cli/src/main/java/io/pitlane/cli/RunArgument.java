package io.pitlane.cli;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.RunState;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The run that a command applies to. */
final class RunArgument {
    @Parameters(
            paramLabel = "RUN",
            description = "The run's id, the first characters of it, or 'latest'.")
    private String run;

    /**
     * The latest state of the run.
     *
     * @throws FailureException when no run, or more than one, matches
     */
    RunState find(GatewayClient client) {
        var runs = client.runs().list();
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
