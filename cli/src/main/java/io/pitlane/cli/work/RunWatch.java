package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.client.RunListener;
import io.pitlane.cli.client.ServerUnreachableException;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Progress;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Follows one run to its end. A stream of events that breaks off, as when the gateway is started
 * again, is taken up anew. Not thread-safe.
 */
final class RunWatch {
    private final GatewayClient client;
    private final RunListener listener;
    private final Runnable serverCheck;
    private final Duration patience;

    /**
     * @param listener told everything that happens
     * @param serverCheck asked whenever the stream breaks off; throws when waiting is in vain
     * @param patience how long the server may be silent after the stream broke off
     */
    RunWatch(GatewayClient client, RunListener listener, Runnable serverCheck, Duration patience) {
        this.client = client;
        this.listener = listener;
        this.serverCheck = serverCheck;
        this.patience = patience;
    }

    /**
     * Waits for the end of a run.
     *
     * @throws FailureException or {@link ServerUnreachableException} when the server stays silent
     */
    RunState untilEnded(String runId) {
        var ear = new Ear();
        var silentSince = System.nanoTime();
        while (true) {
            var heard = ear.heard;
            var silence = listen(runId, ear);
            if (ear.last != null && ear.last.status().ended()) {
                return ear.last;
            }
            serverCheck.run();
            if (ear.heard > heard) {
                silentSince = System.nanoTime();
            } else if (System.nanoTime() - silentSince > patience.toNanos()) {
                throw silence;
            }
            pause();
        }
    }

    /** Listens until the stream ends or breaks off; gives the reason. */
    private RuntimeException listen(String runId, Ear ear) {
        try {
            client.watch(runId, ear);
            return incomplete(runId);
        } catch (ServerUnreachableException | FailureException e) {
            return e;
        }
    }

    /**
     * The report of a run that ended with one. It travels on another topic than the state and may
     * reach the gateway a little later.
     *
     * @throws FailureException when it does not come
     */
    Report report(String runId) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return client.report(runId);
            } catch (ServerUnreachableException | FailureException e) {
                serverCheck.run();
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private FailureException incomplete(String runId) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "the server ends the stream of run " + runId + " before the run has ended",
                "Look at the gateway's log; 'pitlane status " + runId + "' tells where it stands.");
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                    Failure.Kind.CANCELLED,
                    "the wait for the run was interrupted",
                    "The run goes on; 'pitlane runs' tells where it stands.");
        }
    }

    private final class Ear implements RunListener {
        private RunState last;
        private int heard;

        @Override
        public void progress(Progress progress) {
            heard++;
            listener.progress(progress);
        }

        @Override
        public void state(RunState state) {
            heard++;
            last = state;
            listener.state(state);
        }
    }
}
