package io.pitlane.tests.endtoend;

import static org.awaitility.Awaitility.await;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.kafka.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A broker, the gateway, and as many replicas of packaged services as a test asks for. */
final class Fleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final EmbeddedKafka kafka;
    private final Path folder;
    private final List<String> options;
    private final List<FleetMember> members = new ArrayList<>();

    /**
     * A fleet of nobody.
     *
     * @param folder of all it writes
     * @param options of every member's JVM
     */
    Fleet(Path folder, String... options) {
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        this.folder = folder;
        this.options = List.of(options);
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    List<FleetMember> members() {
        return List.copyOf(members);
    }

    /**
     * Starts the packaged service of a module.
     *
     * @param name no other member has
     * @param settings as system properties, such as {@code pitlane.stage=prune}
     */
    FleetMember start(String module, String name, String... settings) throws IOException {
        var own = Files.createDirectories(folder.resolve(name));
        var port = freePort();
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Xlog:gc:file=" + own.resolve("gc.log"));
        command.add("-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dpitlane.instance=" + name);
        command.add("-Dpitlane.exit-with-parent=true");
        command.add("-Dpitlane.work.folder=" + own.resolve("work"));
        command.add("-Dpitlane.cache.folder=" + own.resolve("cache"));
        for (var setting : settings) {
            command.add("-D" + setting);
        }
        command.add("-jar");
        command.add(jar(module).toString());
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(own.resolve("log").toFile())
                        .start();
        var member = new FleetMember(name, process, own, URI.create("http://127.0.0.1:" + port));
        members.add(member);
        return member;
    }

    private static Path jar(String module) {
        return Path.of(System.getProperty("pitlane.root"))
                .resolve(module)
                .resolve("target/quarkus-app/quarkus-run.jar");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until every member is ready. */
    void awaitReady() {
        for (var member : members) {
            var client = new GatewayClient(member.address());
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                member.requireAlive();
                                return client.isReady();
                            });
        }
    }

    @Override
    public void close() {
        members.forEach(FleetMember::close);
        kafka.close();
    }
}
