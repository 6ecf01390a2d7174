package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.pipeline.testing.ServiceProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The packaged gateway in a process of its own, and what a client asks of it. */
final class GatewayProcess implements AutoCloseable {
    private static final Path JAR =
            Path.of(
                    System.getProperty("pitlane.root"),
                    "gateway-service/target/quarkus-app/quarkus-run.jar");

    private final ServiceProcess process;
    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();

    private GatewayProcess(ServiceProcess process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts a gateway and waits until it is ready. */
    static GatewayProcess start(TestCluster testCluster, Path folder) throws IOException {
        var port = String.valueOf(BrokerProcess.freePort());
        var process =
                ServiceProcess.start(
                        JAR,
                        testCluster.forServices(),
                        "gateway",
                        folder,
                        Map.of("quarkus.http.port", port));
        var gateway = new GatewayProcess(process, "http://127.0.0.1:" + port);
        TestCluster.until(() -> assertThat(gateway.isReady()).isTrue());
        return gateway;
    }

    private boolean isReady() throws IOException, InterruptedException {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Uploads a file; returns its digest. */
    String upload(String kind, Path file) throws IOException, InterruptedException {
        return text(send(uploading(kind, file), 200), "digest");
    }

    /** Uploads a file, and does not wait until it is there. */
    CompletableFuture<HttpResponse<String>> uploadInBackground(String kind, Path file)
            throws IOException {
        return http.sendAsync(uploading(kind, file), BodyHandlers.ofString());
    }

    private HttpRequest uploading(String kind, Path file) throws IOException {
        return request("/api/artifacts?kind=" + kind)
                .header("Content-Type", "application/gzip")
                .POST(BodyPublishers.ofFile(file))
                .build();
    }

    /** Whether an artifact is offered. */
    boolean knows(String digest) throws IOException, InterruptedException {
        return get("/api/artifacts/" + digest).statusCode() == 200;
    }

    /** Submits a run; returns its id. */
    String submit(RunRequest run) throws IOException, InterruptedException {
        return text(send(submitting(run), 201), "runId");
    }

    /** Submits a run, and does not wait until it is accepted. */
    CompletableFuture<HttpResponse<String>> submitInBackground(RunRequest run) throws IOException {
        return http.sendAsync(submitting(run), BodyHandlers.ofString());
    }

    private HttpRequest submitting(RunRequest run) throws IOException {
        var body = ContractJson.MAPPER.writeValueAsString(run);
        return request("/api/runs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** The runs of a plan by the folder of its event log, each with its status. */
    List<String> runs(Path eventLog) throws IOException, InterruptedException {
        var found = new ArrayList<String>();
        for (var run : ContractJson.MAPPER.readTree(get("/api/runs").body())) {
            if (run.at("/plan/model").asText().equals(eventLog.toString())) {
                found.add(run.get("runId").asText());
            }
        }
        return found;
    }

    /** Cancels a run, and does not wait until that is stored. */
    CompletableFuture<HttpResponse<String>> cancelInBackground(String runId) {
        return http.sendAsync(
                request("/api/runs/" + runId).DELETE().build(), BodyHandlers.ofString());
    }

    /** Where a run stands. */
    String status(String runId) throws IOException, InterruptedException {
        return text(get("/api/runs/" + runId), "status");
    }

    private static String text(HttpResponse<String> answer, String field) throws IOException {
        JsonNode json = ContractJson.MAPPER.readTree(answer.body());
        return json.path(field).asText();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(HttpRequest request, int expected)
            throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path));
    }

    /** Ends it as kill -9 does. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        kill();
    }
}
