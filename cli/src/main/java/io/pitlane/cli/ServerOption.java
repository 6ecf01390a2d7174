package io.pitlane.cli;

import io.pitlane.cli.client.Credentials;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.stack.LocalStack;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The server of a command. */
final class ServerOption {
    private static final URI DEFAULT = URI.create("http://127.0.0.1:8080");
    private static final long PAUSE_MILLIS = 200;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:PITLANE_SERVER}",
            description =
                    "The server (else PITLANE_SERVER, else the one that 'pitlane up' runs here,"
                            + " else http://127.0.0.1:8080).")
    private String server;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            arity = "0..1",
            interactive = true,
            prompt = "Key of the server: ",
            description =
                    "A key of the server (else PITLANE_API_KEY). Write it last and without KEY, and"
                            + " it is asked for: others on this machine can see what is written on"
                            + " a command line. A token is taken from PITLANE_TOKEN.")
    private char[] apiKey;

    @Mixin private StateOption state;

    /** A client of the server that is named, else of a running local stack, else of port 8080. */
    GatewayClient client() {
        return named().or(this::running).orElseGet(() -> client(DEFAULT));
    }

    /** A client of the server that the option or the environment names. */
    Optional<GatewayClient> named() {
        return Optional.ofNullable(server).map(ServerOption::address).map(this::client);
    }

    /** A client of the local stack that {@code pitlane up} runs, if it responds. */
    Optional<GatewayClient> running() {
        return state.folder().savedAddress().map(this::client).filter(GatewayClient::isReady);
    }

    /**
     * The same, once it responds where it is being started.
     *
     * @param messages receives a message for who waits
     * @throws FailureException when it takes too long to start
     */
    Optional<GatewayClient> runningOrStarting(Consumer<String> messages) {
        var ready = running();
        if (ready.isPresent() || !state.folder().isInUse()) {
            return ready;
        }
        messages.accept("Waiting for the stack that 'pitlane up' is starting here ...");
        var deadline = System.nanoTime() + LocalStack.START_TIMEOUT.toNanos();
        while (ready.isEmpty() && state.folder().isInUse()) {
            if (System.nanoTime() > deadline) {
                throw new FailureException(
                        Failure.Kind.INTERNAL,
                        "the stack of 'pitlane up' is not ready after "
                                + LocalStack.START_TIMEOUT.toSeconds()
                                + " seconds",
                        "Its logs are in "
                                + state.folder().logs()
                                + ". Stop it, or use another"
                                + " server with --server.");
            }
            pause();
            ready = running();
        }
        return ready;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                    Failure.Kind.CANCELLED, "interrupted while waiting", "Start it again.", e);
        }
    }

    private GatewayClient client(URI address) {
        var credentials = Credentials.from(System.getenv());
        return new GatewayClient(
                address, apiKey == null ? credentials : credentials.withApiKey(new String(apiKey)));
    }

    private static URI address(String text) {
        try {
            var address = URI.create(text);
            var scheme = address.getScheme();
            if (("http".equals(scheme) || "https".equals(scheme)) && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Not a URI: reported below.
        }
        throw FailureException.invalidInput(
                "'" + text + "' is not the address of a server", "Write it as http://host:port.");
    }
}
