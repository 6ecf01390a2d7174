package io.pitlane.cli.stack;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
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
 * A local stack: a broker and every service, each a supervised process. They end with this process,
 * however it ends. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {
    /** How long a process may take until it is ready. */
    public static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    private static final int LOG_TAIL_LINES = 25;

    private final StackLayout layout;
    private final FileChannel lock;
    private final Consumer<String> messages;
    private final List<SupervisedProcess> processes = new CopyOnWriteArrayList<>();
    private final AtomicReference<FailureException> failure = new AtomicReference<>();

    private LocalStack(StackLayout layout, FileChannel lock, Consumer<String> messages) {
        this.layout = layout;
        this.lock = lock;
        this.messages = messages;
    }

    /**
     * Locks a state folder for a stack, without starting it.
     *
     * @param gatewayPort port of the gateway if it is free; 0 for any
     * @param messages receives a message when a process ends and is restarted
     * @throws FailureException when another stack uses this folder
     */
    public static LocalStack prepare(
            Installation installation,
            StateFolder state,
            int gatewayPort,
            Consumer<String> messages) {
        var lock = state.lock();
        return new LocalStack(StackLayout.choose(installation, state, gatewayPort), lock, messages);
    }

    /**
     * Starts every process and waits until all are ready.
     *
     * @throws FailureException when one does not start; its action ends with the tail of the log
     */
    public void start() {
        var broker = launch(layout.broker());
        await(broker, new BrokerProbe(layout.bootstrapServers())::ready);
        var services = LocalService.ALL.stream().map(layout::service).map(this::launch).toList();
        for (int i = 0; i < services.size(); i++) {
            var client = new GatewayClient(layout.address(LocalService.ALL.get(i)));
            await(services.get(i), client::isReady);
        }
    }

    /** Address of the gateway. */
    public URI gateway() {
        return layout.address(LocalService.GATEWAY);
    }

    /** Folder of the processes' logs. */
    public Path logs() {
        return layout.state().logs();
    }

    /**
     * Returns while every process runs or is being restarted.
     *
     * @throws FailureException when a process has ended too often
     */
    public void check() {
        var found = failure.get();
        if (found != null) {
            throw found;
        }
    }

    private SupervisedProcess launch(ProcessSpec spec) {
        var process = new SupervisedProcess(spec, RestartPolicy.DEFAULT, messages, this::givenUp);
        synchronized (this) {
            if (!lock.isOpen()) {
                throw stopped();
            }
            processes.add(process);
            process.start();
        }
        return process;
    }

    private void givenUp(SupervisedProcess process) {
        failure.compareAndSet(
                null, processFailure(process.spec(), "keeps dying and is not started any more"));
        requestStop();
    }

    private void await(SupervisedProcess process, BooleanSupplier ready) {
        var deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!ready.getAsBoolean()) {
            check();
            if (System.nanoTime() > deadline) {
                throw processFailure(
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
            throw stopped().causedBy(e);
        }
        if (!lock.isOpen()) {
            throw stopped();
        }
    }

    private static FailureException stopped() {
        return new FailureException(
                Failure.Kind.CANCELLED, "the local stack was stopped", "Start it again.");
    }

    private static FailureException processFailure(ProcessSpec process, String what) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "the " + process.name() + " process " + what,
                "Its log is "
                        + process.log()
                        + " and ends with:\n"
                        + LogTail.of(process.log(), LOG_TAIL_LINES));
    }

    private void requestStop() {
        // Services first: without a broker their consumers could not leave their groups in time.
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).requestStop();
        }
    }

    /** Stops every process and waits for it. Idempotent. */
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
