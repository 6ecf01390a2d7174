package io.pitlane.cli.run;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.client.RunListener;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.io.PrintWriter;
import java.time.Duration;

/** Prints the progress of a run and the new lines of its work processes, until the run ends. */
public final class LogFollower implements RunListener {
    private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(90);

    /** Long enough to be found once only in the end of a log. */
    private static final int ANCHOR = 200;

    private final Plan plan;
    private final PrintWriter out;
    private String seen = "";
    private String lastMessage = "";

    /** A follower of a run of this plan. */
    public LogFollower(Plan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    /**
     * Follows a run to its end.
     *
     * @throws io.pitlane.contract.failure.FailureException or {@link
     *     io.pitlane.cli.client.ServerUnreachableException} when the server sends nothing any more
     */
    public void follow(GatewayClient client, String runId) {
        new RunWatcher(client.runs(), this, () -> {}, SERVER_TIMEOUT).awaitEnd(runId);
    }

    @Override
    public void progress(Progress progress) {
        if (progress.message() != null) {
            message("[%s] %s".formatted(plan.label(progress.step()), progress.message()));
        }
        if (progress.log() != null) {
            log(progress.log());
        }
        out.flush();
    }

    @Override
    public void state(RunState state) {
        if (state.failure() != null) {
            message("Failed: " + state.failure().message());
            message(state.failure().action());
        }
        if (state.status().ended()) {
            message("Run " + state.runId() + " has ended: " + state.status().title() + ".");
            out.flush();
        }
    }

    private void message(String line) {
        if (!line.equals(lastMessage)) {
            lastMessage = line;
            out.println(line);
        }
    }

    /** Prints what is new in the end of a log; all of it where a new process has begun. */
    private void log(String end) {
        var anchor = seen.substring(Math.max(0, seen.length() - ANCHOR));
        var known = anchor.isEmpty() ? -1 : end.lastIndexOf(anchor);
        var added = known < 0 ? end : end.substring(known + anchor.length());
        seen = end;
        added.lines().filter(line -> !line.isBlank()).forEach(line -> out.println("  " + line));
    }
}
