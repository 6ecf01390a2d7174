package io.pitlane.cli.stack;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one process running: starts it again when it dies, until it has died too often or is
 * stopped. Stopping leaves neither the process nor any that it started.
 */
final class SupervisedProcess implements AutoCloseable {

    private final ProcessSpec spec;
    private final Supervision rules;
    private final Consumer<String> news;
    private final Consumer<SupervisedProcess> gaveUp;
    private final Thread supervisor;

    private Process current;
    private List<ProcessHandle> children = List.of();
    private boolean stopping;

    /**
     * @param news told, in a sentence for people, of every death and restart
     * @param gaveUp told once when the process has died too often
     */
    SupervisedProcess(
            ProcessSpec spec,
            Supervision rules,
            Consumer<String> news,
            Consumer<SupervisedProcess> gaveUp) {
        this.spec = spec;
        this.rules = rules;
        this.news = news;
        this.gaveUp = gaveUp;
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
            var lived = Duration.between(started, Instant.now());
            restarts = lived.compareTo(rules.steadyAfter()) >= 0 ? 1 : restarts + 1;
            if (restarts > rules.maxRestarts()) {
                gaveUp.accept(this);
                return;
            }
            news.accept(spec.name() + " " + ending + "; starting it again");
            if (stoppedWithin(rules.delay(restarts))) {
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
            return "was left alone";
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

    /** Asks the process to end, without waiting for it. */
    synchronized void requestStop() {
        if (!stopping && current != null) {
            children = current.descendants().toList();
            current.destroy();
        }
        stopping = true;
        notifyAll();
    }

    /** Ends the process, by force after a grace time, and everything it started. */
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
            if (!process.waitFor(rules.grace().toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
