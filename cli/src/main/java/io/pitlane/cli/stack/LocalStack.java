package io.pitlane.cli.stack;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A running stack: broker and services, each supervised. Every process ends with this one, however
 * it ends. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final int TAIL = 25;

    private final StackLayout layout;
    private final FileChannel lock;
    private final Consumer<String> news;
    private final List<SupervisedProcess> processes = new CopyOnWriteArrayList<>();
    private final AtomicReference<FailureException> failure = new AtomicReference<>();

    private LocalStack(StackLayout layout, FileChannel lock, Consumer<String> news) {
        this.layout = layout;
        this.lock = lock;
        this.news = news;
    }

    /**
     * Takes hold of a state folder for a stack that is yet to be started.
     *
     * @param gatewayPort port of the gateway if it is free; 0 for any
     * @param news told, in a sentence for people, when a process dies and is started again
     * @throws FailureException when another stack works in this folder
     */
    public static LocalStack prepare(
            Installation installation, StateFolder state, int gatewayPort, Consumer<String> news) {
        var lock = state.lock();
        return new LocalStack(StackLayout.choose(installation, state, gatewayPort), lock, news);
    }

    /**
     * Starts every process and waits until all are ready.
     *
     * @throws FailureException when one does not come up; the message ends with its log's tail
     */
    public void start() {
        var broker = launch(layout.broker());
        await(broker, new BrokerProbe(layout.bootstrapServers())::ready);
        var services = LocalService.ALL.stream().map(layout::service).map(this::launch).toList();
        for (int i = 0; i < services.size(); i++) {
            var client = new GatewayClient(layout.address(LocalService.ALL.get(i)));
            await(services.get(i), client::ready);
        }
    }

    /** Where the gateway listens. */
    public URI gateway() {
        return layout.address(LocalService.GATEWAY);
    }

    /** Folder of the processes' logs. */
    public Path logs() {
        return layout.state().logs();
    }

    /**
     * Returns when all is well.
     *
     * @throws FailureException when a process died too often to be started again
     */
    public void check() {
        var found = failure.get();
        if (found != null) {
            throw found;
        }
    }

    private SupervisedProcess launch(ProcessSpec spec) {
        var process =
                new SupervisedProcess(spec, Supervision.DEFAULT, news, this::noteThatItGaveUp);
        synchronized (this) {
            if (!lock.isOpen()) {
                throw stopped();
            }
            processes.add(process);
            process.start();
        }
        return process;
    }

    private void noteThatItGaveUp(SupervisedProcess process) {
        failure.compareAndSet(
                null, unwell(process.spec(), "keeps dying and is not started any more"));
        requestStop();
    }

    private void await(SupervisedProcess process, BooleanSupplier ready) {
        var deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!ready.getAsBoolean()) {
            check();
            if (System.nanoTime() > deadline) {
                throw unwell(
                        process.spec(),
                        "was not ready within " + START_TIMEOUT.toSeconds() + " seconds");
            }
            pause();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(150);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped();
        }
        if (!lock.isOpen()) {
            throw stopped();
        }
    }

    private static FailureException stopped() {
        return new FailureException(
                Failure.Kind.CANCELLED, "the local stack was stopped", "Start it again.");
    }

    private static FailureException unwell(ProcessSpec process, String what) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "the " + process.name() + " process " + what,
                "Its log is "
                        + process.log()
                        + " and ends with:\n"
                        + LogTail.of(process.log(), TAIL));
    }

    private void requestStop() {
        // Consumers first: a broker that goes before them makes their goodbyes wait in vain.
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).requestStop();
        }
    }

    /** Stops every process; none is left when this returns. Doing it twice does no harm. */
    @Override
    public synchronized void close() {
        var broker = processes.isEmpty() ? null : processes.get(0);
        var services = processes.subList(Math.min(1, processes.size()), processes.size());
        services.forEach(SupervisedProcess::requestStop);
        services.forEach(SupervisedProcess::close);
        if (broker != null) {
            broker.close();
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
