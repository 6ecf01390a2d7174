package io.pitlane.tests.faults;

import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.testing.Signals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A broker in a process of its own, which can be killed, and started again with what it had. It
 * tells the services to come through a proxy, and the test not to.
 */
final class BrokerProcess implements AutoCloseable {
    private final Path folder;
    private final List<String> command;
    private final int port;
    private Process process;

    private BrokerProcess(Path folder, List<String> command, int port) {
        this.folder = folder;
        this.command = command;
        this.port = port;
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @param behind port of the broker for those who come through the proxy
     * @param proxy port of the proxy
     */
    static BrokerProcess start(Path folder, int behind, int proxy) throws IOException {
        var port = freePort();
        var controller = freePort();
        var host = "127.0.0.1:";
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(EmbeddedKafka.class.getName());
        command.addAll(List.of(folder.resolve("data").toString(), String.valueOf(port)));
        command.add("controller.quorum.voters=1@" + host + controller);
        command.add(
                "listeners=PLAINTEXT://"
                        + host
                        + port
                        + ",PROXY://"
                        + host
                        + behind
                        + ",CONTROLLER://"
                        + host
                        + controller);
        command.add("advertised.listeners=PLAINTEXT://" + host + port + ",PROXY://" + host + proxy);
        command.add(
                "listener.security.protocol.map="
                        + "PLAINTEXT:PLAINTEXT,PROXY:PLAINTEXT,CONTROLLER:PLAINTEXT");
        command.add("inter.broker.listener.name=PLAINTEXT");
        // What a killed replica leaves open is found when it times out; by default that is looked
        // for every ten seconds.
        command.add("transaction.abort.timed.out.transaction.cleanup.interval.ms=1000");
        // A broker that was killed may come back when its own session has ended, by default after
        // nine seconds.
        command.addAll(
                List.of("broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500"));
        var broker = new BrokerProcess(folder, command, port);
        broker.start();
        return broker;
    }

    /** Starts it again, with what it had. */
    void start() throws IOException {
        var log = folder.resolve("broker.log").toFile();
        process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        var out = process.inputReader(StandardCharsets.UTF_8);
        for (var line = out.readLine(); ; line = out.readLine()) {
            if (line == null) {
                throw new IOException("the broker ended; see " + log);
            }
            if (line.startsWith("ready ")) {
                return;
            }
        }
    }

    /** For the test itself: past the proxy. */
    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Ends it as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Leaves its connections open and answers nobody. */
    void pause() {
        Signals.send("STOP", process.pid());
    }

    /** Goes on after {@link #pause}. */
    void resume() {
        Signals.send("CONT", process.pid());
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
