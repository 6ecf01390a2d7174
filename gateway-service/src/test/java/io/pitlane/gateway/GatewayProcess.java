package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.runs.RunFixtures;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The gateway as it is delivered, in a process of its own. */
final class GatewayProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final int port;
    private final Path log;
    private final Optional<String> apiKey;
    private final Path folder;
    private final Map<String, String> environment;

    private GatewayProcess(
            Process process, int port, Path log, Path folder, Map<String, String> environment) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.apiKey =
                Optional.ofNullable(environment.get("PITLANE_SECURITY_API_KEYS"))
                        .map(key -> key.substring(key.indexOf(':') + 1));
    }

    /** Starts a gateway and waits until it is ready. */
    static GatewayProcess start(String bootstrapServers, Path folder) throws IOException {
        var gateway = begin(folder, Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers));
        gateway.awaitReady();
        return gateway;
    }

    /** Starts a gateway. */
    static GatewayProcess begin(Path folder, Map<String, String> environment) throws IOException {
        return begin(folder, environment, freePort());
    }

    private static GatewayProcess begin(Path folder, Map<String, String> environment, int port)
            throws IOException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dquarkus.http.port=" + port,
                        "-Dpitlane.work.folder=" + folder.resolve("work"),
                        "-Dpitlane.cache.folder=" + folder.resolve("cache"),
                        "-Dpitlane.exit-with-parent=true",
                        "-jar",
                        JAR.toString());
        var log = folder.resolve("gateway-" + port + ".log");
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new GatewayProcess(builder.start(), port, log, folder, environment);
    }

    /** Starts another with the same address and settings, and waits until it is ready. */
    GatewayProcess restart() throws IOException {
        var next = begin(folder, environment, port);
        next.awaitReady();
        return next;
    }

    /** Waits until it is ready. */
    void awaitReady() {
        await().atMost(Duration.ofMinutes(2)).until(this::isReady);
    }

    /** What it has printed so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Address of the board. */
    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Address of the REST interface. */
    String api() {
        return address() + "/api";
    }

    /** A request to it, with the API key that it was started with. */
    RequestSpecification request() {
        var request = given();
        apiKey.ifPresent(key -> request.header("X-API-Key", key));
        return request;
    }

    /** Uploads a packed model or packed data. */
    ArtifactRef upload(String kind, byte[] packed) {
        return request()
                .contentType("application/gzip")
                .body(packed)
                .post(api() + "/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .as(ArtifactRef.class);
    }

    /** Starts a run of {@link RunFixtures#PLAN}. */
    RunState submit(ArtifactRef model, ArtifactRef data) {
        return request()
                .contentType(ContentType.JSON)
                .body(new RunRequest(RunFixtures.PLAN, model.digest(), data.digest()))
                .post(api() + "/runs")
                .then()
                .statusCode(201)
                .extract()
                .as(RunState.class);
    }

    /** Registers {@link RunFixtures#PLAN} for the versions of a model. */
    void register(String model, ArtifactRef data) {
        request()
                .contentType(ContentType.JSON)
                .body(Map.of("plan", RunFixtures.PLAN, "data", data.digest()))
                .put(api() + "/plans/" + model)
                .then()
                .statusCode(200);
    }

    /** Ends the process as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops the process until it is resumed. */
    void suspend() throws IOException {
        signal("STOP");
    }

    /** Lets a suspended process go on. */
    void resume() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .onExit()
                .join();
    }

    /** Does what the end of the parent does. */
    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** The time that it has spent on processors. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }

    private boolean isReady() throws Exception {
        if (!process.isAlive()) {
            throw new AssertionError("the gateway ended with " + process.exitValue());
        }
        try {
            return given().get("http://127.0.0.1:" + port + "/q/health/ready").statusCode() == 200;
        } catch (Exception e) {
            if (e instanceof ConnectException) {
                return false;
            }
            throw e;
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
