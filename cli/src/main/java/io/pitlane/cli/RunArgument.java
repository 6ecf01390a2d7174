package io.pitlane.cli;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.RunState;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/** The run that a command applies to. */
final class RunArgument {
    static final String DESCRIPTION =
            "The run's id, the first characters of it, or 'latest'; 'latest~1' is the one before.";

    private static final Pattern LATEST = Pattern.compile("latest(?:~(\\d{1,6}))?");

    @Parameters(paramLabel = "RUN", description = DESCRIPTION)
    private String run;

    /**
     * The latest state of the run.
     *
     * @throws FailureException when no run, or more than one, matches
     */
    RunState find(GatewayClient client) {
        return find(run, client);
    }

    /** The same for a run that is named so. */
    static RunState find(String run, GatewayClient client) {
        var found = matching(run, client.runs().list());
        return Optional.of(found)
                .filter(one -> one.size() == 1)
                .map(one -> one.get(0))
                .orElseThrow(() -> notFound(run, client, found.size()));
    }

    private static List<RunState> matching(String run, List<RunState> newestFirst) {
        var latest = LATEST.matcher(run);
        if (latest.matches()) {
            var back = latest.group(1) == null ? 0 : Integer.parseInt(latest.group(1));
            return newestFirst.stream().skip(back).limit(1).toList();
        }
        return newestFirst.stream().filter(r -> r.runId().startsWith(run)).toList();
    }

    private static FailureException notFound(String run, GatewayClient client, int found) {
        return FailureException.invalidInput(
                found == 0
                        ? "there is no run '" + run + "' at " + client.server()
                        : found + " runs begin with '" + run + "'",
                "'pitlane runs' lists the runs of a server.");
    }
}
