package io.pitlane.cli.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Progress;
import io.pitlane.contract.RegisteredPlan;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunRequest;
import io.pitlane.contract.RunState;
import io.pitlane.contract.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway, over HTTP. Every method throws {@link ServerUnreachableException} when there is no
 * answer, {@link io.pitlane.contract.FailureException} when the answer is a refusal (kind
 * INVALID_INPUT for a status of 400 to 499) and {@link io.pitlane.contract.InvalidPlanException}
 * when the refusal lists problems of a plan. Thread-safe.
 */
public final class GatewayClient {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration BUSY_PATIENCE = Duration.ofMinutes(2);
    private static final TypeReference<List<RunState>> RUNS = new TypeReference<>() {};
    private static final TypeReference<List<RegisteredPlan>> PLANS = new TypeReference<>() {};

    private final URI server;
    private final Credentials credentials;
    private final HttpClient http;
    private final BusyGateway patience = new BusyGateway(BUSY_PATIENCE);

    /**
     * A client of a gateway that asks for nothing.
     *
     * @param server base address, as {@code http://127.0.0.1:8080}
     */
    public GatewayClient(URI server) {
        this(server, Credentials.NONE);
    }

    /**
     * @param server base address, as {@code https://pitlane.example:8443}
     * @param credentials sent with every request
     */
    public GatewayClient(URI server, Credentials credentials) {
        this.server = server;
        this.credentials = credentials;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    /** Where this client's gateway is. */
    public URI server() {
        return server;
    }

    /** Whether the gateway is up and ready for requests. */
    public boolean ready() {
        try {
            var request = get("/q/health/ready").timeout(PROBE_TIMEOUT).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The artifact with this digest, if the gateway has it. */
    public Optional<ArtifactRef> artifact(String digest) {
        var answer = send(get("/api/artifacts/" + digest).build(), BodyHandlers.ofString());
        return answer.statusCode() == 404
                ? Optional.empty()
                : Optional.of(read(accepted(answer).body(), ArtifactRef.class));
    }

    /** Uploads a packed folder. */
    public ArtifactRef upload(ArtifactRef.Kind kind, Path file) {
        try {
            var path = "/api/artifacts?kind=" + kind.name().toLowerCase(Locale.ROOT);
            var request =
                    request(path)
                            .timeout(UPLOAD_TIMEOUT)
                            .header("Content-Type", "application/gzip")
                            .POST(BodyPublishers.ofFile(file))
                            .build();
            var answer = send(request, BodyHandlers.ofString());
            return read(accepted(answer).body(), ArtifactRef.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for a run. */
    public RunState submit(RunRequest run) {
        var request =
                request("/api/runs")
                        .timeout(ANSWER_TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(write(run)))
                        .build();
        return read(accepted(send(request, BodyHandlers.ofString())).body(), RunState.class);
    }

    /**
     * Registers the plan of a model.
     *
     * @param plan YAML or JSON
     * @param data digest of uploaded data
     */
    public RegisteredPlan register(String model, String plan, String data) {
        var request =
                request("/api/plans/" + encoded(model))
                        .timeout(ANSWER_TIMEOUT)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(write(Map.of("plan", plan, "data", data))))
                        .build();
        var answer = send(request, BodyHandlers.ofString());
        return read(accepted(answer).body(), RegisteredPlan.class);
    }

    /** Every registered plan, by the name of its model. */
    public List<RegisteredPlan> plans() {
        try {
            return ContractJson.MAPPER.readValue(body("/api/plans"), PLANS);
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    /** Removes the plan of a model. */
    public void removePlan(String model) {
        var request = request("/api/plans/" + encoded(model)).timeout(ANSWER_TIMEOUT).DELETE();
        accepted(send(request.build(), BodyHandlers.ofString()));
    }

    /**
     * Starts the plan registered for a model.
     *
     * @param id the event's; the same twice starts one run
     * @return id of the run
     */
    public String trigger(String id, Trigger trigger) {
        var request =
                request("/api/triggers")
                        .timeout(ANSWER_TIMEOUT)
                        .header("Content-Type", "application/cloudevents+json")
                        .POST(BodyPublishers.ofString(write(event(id, trigger))))
                        .build();
        var answer = accepted(send(request, BodyHandlers.ofString()));
        return answer.headers()
                .firstValue("Location")
                .map(location -> location.substring(location.lastIndexOf('/') + 1))
                .orElseThrow(
                        () ->
                                new ServerUnreachableException(
                                        server, new IOException("no Location in the answer")));
    }

    private static Map<String, Object> event(String id, Trigger trigger) {
        return Map.of(
                "specversion",
                "1.0",
                "id",
                id,
                "source",
                "/pitlane/cli/" + encoded(trigger.model()),
                "type",
                Trigger.TYPE,
                "data",
                trigger);
    }

    /** Every run the gateway knows, newest first. */
    public List<RunState> runs() {
        var body = accepted(send(get("/api/runs").build(), BodyHandlers.ofString())).body();
        try {
            return ContractJson.MAPPER.readValue(body, RUNS);
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    /** Where a run stands. */
    public RunState run(String id) {
        return read(body("/api/runs/" + encoded(id)), RunState.class);
    }

    /** A finished run's report. */
    public Report report(String id) {
        return read(body("/api/runs/" + encoded(id) + "/report"), Report.class);
    }

    /** Downloads one model of a run, packed, to {@code file}. */
    public void downloadModel(String id, String label, Path file) {
        var path = "/api/runs/" + encoded(id) + "/models/" + encoded(label);
        var request = request(path).GET().build();
        var answer = send(request, BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refusal(answer, text(body));
            }
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    /**
     * Tells {@code listener} what a run does, from the latest progress and state on, until the
     * server ends the stream; it does so after a state that has ended.
     */
    public void watch(String id, RunListener listener) {
        var request =
                request("/api/runs/" + encoded(id) + "/events")
                        .header("Accept", "text/event-stream")
                        .GET()
                        .build();
        var answer = send(request, BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw refusal(answer, text(body));
            }
            var events = new EventStream(body);
            for (var event = events.next(); event != null; event = events.next()) {
                tell(listener, event);
            }
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    private void tell(RunListener listener, EventStream.Event event) {
        switch (event.name()) {
            case "progress" -> listener.progress(read(event.data(), Progress.class));
            case "state" -> listener.state(read(event.data(), RunState.class));
            default -> {
                // A newer gateway may say more than this client understands.
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return credentials.addTo(HttpRequest.newBuilder(server.resolve(path)));
    }

    private HttpRequest.Builder get(String path) {
        return request(path).timeout(ANSWER_TIMEOUT).GET();
    }

    private String body(String path) {
        return accepted(send(get(path).build(), BodyHandlers.ofString())).body();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return patience.send(() -> http.send(request, handler));
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerUnreachableException(server, e);
        }
    }

    private static HttpResponse<String> accepted(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw refusal(answer, answer.body());
        }
        return answer;
    }

    private static RuntimeException refusal(HttpResponse<?> answer, String body) {
        return ErrorAnswer.toException(answer.uri(), answer.statusCode(), body);
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private <T> T read(String json, Class<T> type) {
        try {
            return ContractJson.MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new ServerUnreachableException(server, e);
        }
    }

    private static String write(Object value) {
        try {
            return ContractJson.MAPPER.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
