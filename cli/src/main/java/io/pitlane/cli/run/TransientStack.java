package io.pitlane.cli.run;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.model.TempFolder;
import io.pitlane.cli.stack.Installation;
import io.pitlane.cli.stack.LocalStack;
import io.pitlane.cli.stack.StateFolder;
import java.util.function.Consumer;

/**
 * A local stack for one run, in a temporary folder. Closing it deletes the folder, unless the run
 * ended without a verdict: then its logs are needed.
 */
public final class TransientStack implements Server {
    private final TempFolder folder;
    private final LocalStack stack;
    private final Consumer<String> messages;
    private final Thread shutdownHook;
    private boolean keepsFolder = true;

    private TransientStack(TempFolder folder, LocalStack stack, Consumer<String> messages) {
        this.folder = folder;
        this.stack = stack;
        this.messages = messages;
        this.shutdownHook = new Thread(this::stopAndDelete, "stack-down");
    }

    /**
     * Starts a stack and waits until it is ready.
     *
     * @param messages receives messages for the user
     * @throws io.pitlane.contract.failure.FailureException when it does not start
     */
    public static TransientStack start(Installation installation, Consumer<String> messages) {
        var folder = TempFolder.create();
        var stack = LocalStack.prepare(installation, new StateFolder(folder.path()), 0, messages);
        var started = new TransientStack(folder, stack, messages);
        messages.accept("The board: " + started.client().board() + " (once it is ready)");
        messages.accept("Starting a local stack for this run ...");
        Runtime.getRuntime().addShutdownHook(started.shutdownHook);
        try {
            stack.start();
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    @Override
    public GatewayClient client() {
        return new GatewayClient(stack.gateway());
    }

    @Override
    public void check() {
        stack.check();
    }

    @Override
    public String logs() {
        return stack.logs().toString();
    }

    @Override
    public void verdictReached() {
        keepsFolder = false;
    }

    private void stopAndDelete() {
        stack.close();
        folder.close();
    }

    @Override
    public void close() {
        stack.close();
        if (keepsFolder) {
            messages.accept("The local stack's logs and data are kept in " + folder.path());
        } else {
            folder.close();
        }
        removeShutdownHook();
    }

    private void removeShutdownHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, and the hook runs.
        }
    }
}
