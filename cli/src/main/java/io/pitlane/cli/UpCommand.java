package io.pitlane.cli;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.stack.Installation;
import io.pitlane.cli.stack.LocalStack;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the whole stack on this machine until Ctrl-C: a broker and every service.",
            "It listens on 127.0.0.1 only. Runs and models are kept for the next time."
        })
final class UpCommand implements Callable<Integer> {
    @Mixin private StateOption state;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of the gateway; another one when it is taken (${DEFAULT-VALUE}).")
    private int port;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var out = spec.commandLine().getOut();
        var folder = state.folder();
        var stack = LocalStack.prepare(Installation.find(), folder, port, out::println);
        Runnable down =
                () -> {
                    folder.deleteAddress();
                    stack.close();
                };
        Runtime.getRuntime().addShutdownHook(new Thread(down, "stack-down"));
        out.println(
                "The board: " + new GatewayClient(stack.gateway()).board() + " (once it is ready)");
        out.println("Starting the stack; its logs are in " + stack.logs() + " ...");
        out.flush();
        try (stack) {
            // Before the start: other commands wait for it rather than start a stack of their own.
            folder.saveAddress(stack.gateway());
            stack.start();
            out.println("Ready at " + stack.gateway() + " (stop with Ctrl-C)");
            out.flush();
            while (true) {
                stack.check();
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }
}
