package io.pitlane.cli.run;

import io.pitlane.cli.client.RunClient;
import io.pitlane.cli.client.RunListener;
import io.pitlane.cli.client.ServerUnreachableException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Follows one run to its end. When the stream of events breaks off, for example because the gateway
 * restarts, it connects again. Not thread-safe.
 */
final class RunWatcher {
    private final RunClient runs;
    private final RunListener listener;
    private final Runnable serverCheck;
    private final Duration timeout;

    /**
     * @param listener receives every event
     * @param serverCheck called whenever the stream breaks off; throws when the server will not
     *     come back
     * @param timeout how long the server may send nothing after the stream broke off
     */
    RunWatcher(RunClient runs, RunListener listener, Runnable serverCheck, Duration timeout) {
        this.runs = runs;
        this.listener = listener;
        this.serverCheck = serverCheck;
        this.timeout = timeout;
    }

    /**
     * Waits for the end of a run.
     *
     * @throws FailureException or {@link ServerUnreachableException} after the timeout
     */
    RunState awaitEnd(String runId) {
        var events = new CountingListener();
        var lastEventAt = System.nanoTime();
        while (true) {
            var before = events.count;
            var disconnect = watch(runId, events);
            if (events.lastState != null && events.lastState.status().ended()) {
                return events.lastState;
            }
            serverCheck.run();
            if (events.count > before) {
                lastEventAt = System.nanoTime();
            } else if (System.nanoTime() - lastEventAt > timeout.toNanos()) {
                throw disconnect;
            }
            pause();
        }
    }

    /** Watches until the stream ends or breaks off, and returns the reason. */
    private RuntimeException watch(String runId, RunListener events) {
        try {
            runs.watch(runId, events);
            return endedEarly(runId);
        } catch (ServerUnreachableException | FailureException e) {
            return e;
        }
    }

    /**
     * The report of a run that ended with one. It is published on another topic than the state and
     * may reach the gateway later.
     *
     * @throws FailureException or {@link ServerUnreachableException} after the timeout
     */
    Report awaitReport(String runId) {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return runs.report(runId);
            } catch (ServerUnreachableException | FailureException e) {
                serverCheck.run();
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static FailureException endedEarly(String runId) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "the server closed the stream of run " + runId + " before the run ended",
                "Read the gateway's log; 'pitlane status " + runId + "' shows the run's state.");
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                            Failure.Kind.CANCELLED,
                            "the wait for the run was interrupted",
                            "The run goes on; 'pitlane runs' shows its state.")
                    .causedBy(e);
        }
    }

    /** Forwards events; remembers their number and the last state. */
    private final class CountingListener implements RunListener {
        private RunState lastState;
        private int count;

        @Override
        public void progress(Progress progress) {
            count++;
            listener.progress(progress);
        }

        @Override
        public void state(RunState state) {
            count++;
            lastState = state;
            listener.state(state);
        }
    }
}
