package io.pitlane.cli.stack;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one process running: restarts it when it ends, until it has ended too often or is stopped.
 * Stopping it also ends every process that it started.
 */
final class SupervisedProcess implements AutoCloseable {

    private final ProcessSpec spec;
    private final RestartPolicy policy;
    private final Consumer<String> messages;
    private final Consumer<SupervisedProcess> onGivenUp;
    private final Thread supervisor;

    private Process current;
    private List<ProcessHandle> children = List.of();
    private boolean stopping;

    /**
     * @param messages receives a message about every restart
     * @param onGivenUp called once when the process has ended too often
     */
    SupervisedProcess(
            ProcessSpec spec,
            RestartPolicy policy,
            Consumer<String> messages,
            Consumer<SupervisedProcess> onGivenUp) {
        this.spec = spec;
        this.policy = policy;
        this.messages = messages;
        this.onGivenUp = onGivenUp;
        this.supervisor = new Thread(this::supervise, "supervise-" + spec.name());
        this.supervisor.setDaemon(true);
    }

    void start() {
        supervisor.start();
    }

    ProcessSpec spec() {
        return spec;
    }

    private void supervise() {
        var restarts = 0;
        while (true) {
            var started = Instant.now();
            var ending = runOnce();
            if (isStopping()) {
                return;
            }
            var uptime = Duration.between(started, Instant.now());
            restarts = uptime.compareTo(policy.stableAfter()) >= 0 ? 1 : restarts + 1;
            if (restarts > policy.maxRestarts()) {
                onGivenUp.accept(this);
                return;
            }
            messages.accept(spec.name() + " " + ending + "; starting it again");
            if (stoppedWithin(policy.delay(restarts))) {
                return;
            }
        }
    }

    private String runOnce() {
        try {
            var process = launch();
            return process == null ? "was stopped" : "ended with exit code " + process.waitFor();
        } catch (IOException e) {
            return "did not start: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "was interrupted";
        }
    }

    private synchronized Process launch() throws IOException {
        if (!stopping) {
            current = spec.start();
        }
        return stopping ? null : current;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized boolean stoppedWithin(Duration time) {
        var deadline = System.nanoTime() + time.toNanos();
        try {
            for (var left = time.toNanos(); left > 0 && !stopping; ) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        return stopping;
    }

    /** Requests the process to end, without waiting for it. */
    synchronized void requestStop() {
        if (!stopping && current != null) {
            children = current.descendants().toList();
            current.destroy();
        }
        stopping = true;
        notifyAll();
    }

    /** Ends the process, with a kill after the timeout, and every process that it started. */
    @Override
    public void close() {
        requestStop();
        if (current != null) {
            awaitEnd(current);
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void awaitEnd(Process process) {
        try {
            if (!process.waitFor(policy.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
