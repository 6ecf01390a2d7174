package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.stack.Installation;
import io.pitlane.cli.stack.LocalStack;
import io.pitlane.cli.stack.StateFolder;
import java.util.function.Consumer;

/**
 * A local stack for one run, in a temporary folder. The folder goes with the stack, but stays when
 * the run came to no verdict: its logs tell why.
 */
public final class OwnStack implements Server {
    private final Scratch scratch;
    private final LocalStack stack;
    private final Consumer<String> news;
    private final Thread interruption;
    private boolean keep = true;

    private OwnStack(Scratch scratch, LocalStack stack, Consumer<String> news) {
        this.scratch = scratch;
        this.stack = stack;
        this.news = news;
        this.interruption = new Thread(this::abandon, "stack-down");
    }

    /**
     * Starts it.
     *
     * @param news told what people may want to know
     * @throws io.pitlane.contract.FailureException when it does not come up
     */
    public static OwnStack start(Installation installation, Consumer<String> news) {
        var scratch = Scratch.create();
        var stack = LocalStack.prepare(installation, new StateFolder(scratch.folder()), 0, news);
        var own = new OwnStack(scratch, stack, news);
        Runtime.getRuntime().addShutdownHook(own.interruption);
        try {
            stack.start();
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
        return own;
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
    public void concluded() {
        keep = false;
    }

    private void abandon() {
        stack.close();
        scratch.close();
    }

    @Override
    public void close() {
        stack.close();
        if (keep) {
            news.accept("The local stack's logs and data stay in " + scratch.folder());
        } else {
            scratch.close();
        }
        release();
    }

    private void release() {
        try {
            Runtime.getRuntime().removeShutdownHook(interruption);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook is at work.
        }
    }
}
