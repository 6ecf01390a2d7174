package io.pitlane.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** The runs of a gateway. See {@link GatewayClient} for the errors. */
public final class RunClient {
    private static final String RUNS = "/api/runs";

    private final HttpTransport http;

    RunClient(HttpTransport http) {
        this.http = http;
    }

    /** Starts a run and returns its first state. */
    public RunState submit(RunRequest run) {
        var request =
                http.request(RUNS)
                        .header("Content-Type", "application/json")
                        .POST(HttpTransport.json(run));
        return HttpTransport.read(http.sendSuccessfully(request), RunState.class);
    }

    /** Every run that the gateway knows, newest first. */
    public List<RunState> list() {
        return http.list(RUNS, RunState.class);
    }

    /** The latest state of a run. */
    public RunState find(String id) {
        return http.get(path(id), RunState.class);
    }

    /**
     * Requests the end of a run; changes nothing for one that has ended.
     *
     * @return its state before
     */
    public RunState cancel(String id) {
        var request = http.request(path(id)).DELETE();
        return HttpTransport.read(http.sendSuccessfully(request), RunState.class);
    }

    /** The end of the work process's log: of the step at work, or of the one that failed. */
    public String log(String id) {
        return http.sendSuccessfully(http.request(path(id) + "/log").GET()).body();
    }

    /**
     * Decides on the candidate of a run whose plan has {@code release: manual}.
     *
     * @param reason why, 1 to {@value Approval#MAX_REASON} characters
     * @return its state, with the approval unless that takes longer
     */
    public RunState decide(String id, Approval.Decision decision, String reason) {
        var request =
                http.request(path(id) + "/approval")
                        .header("Content-Type", "application/json")
                        .POST(HttpTransport.json(Map.of("decision", decision, "reason", reason)));
        return HttpTransport.read(http.sendSuccessfully(request), RunState.class);
    }

    /** The report of a run that has ended with one. */
    public Report report(String id) {
        return http.get(path(id) + "/report", Report.class);
    }

    /**
     * Downloads one model of a run.
     *
     * @param label of the step that made it, or {@code original}
     * @param file the .tar.gz to write; replaced when it exists
     */
    public void downloadModel(String id, String label, Path file) {
        var path = path(id) + "/models/" + HttpTransport.segment(label);
        http.stream(
                http.streaming(path).GET(),
                body -> Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING));
    }

    /**
     * Downloads the candidate of a run in one of the formats that it was delivered in.
     *
     * @param file to write; replaced when it exists
     * @throws FailureException ARTIFACT_DAMAGED when the bytes do not have the digest that the run
     *     names
     */
    public void downloadDeliverable(String id, DeliveredModel deliverable, Path file) {
        var path = path(id) + "/model?format=" + deliverable.format().label();
        http.stream(
                http.streaming(path).GET(),
                body -> Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING));
        requireDigest(deliverable, file);
    }

    private static void requireDigest(DeliveredModel deliverable, Path file) {
        try {
            var digest = Sha256.of(file);
            if (!digest.equals(deliverable.artifact().digest())) {
                throw new FailureException(
                        Failure.Kind.ARTIFACT_DAMAGED,
                        "%s arrived with the digest %s instead of %s."
                                .formatted(
                                        deliverable.format().fileName(),
                                        digest,
                                        deliverable.artifact().digest()),
                        "Download it again.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Passes the events of a run to {@code listener}, from the latest progress and state on, until
     * the gateway ends the stream; it does so after a state that has ended.
     */
    public void watch(String id, RunListener listener) {
        var request =
                http.streaming(path(id) + "/events").header("Accept", "text/event-stream").GET();
        http.stream(
                request,
                body -> {
                    var events = new EventStream(body);
                    for (var event = events.next(); event != null; event = events.next()) {
                        dispatch(event, id, listener);
                    }
                });
    }

    private static void dispatch(EventStream.Event event, String id, RunListener listener) {
        switch (event.name()) {
            case "progress" -> listener.progress(read(event, id, Progress.class));
            case "state" -> listener.state(read(event, id, RunState.class));
            default -> {
                // A newer gateway may send events that this client does not know.
            }
        }
    }

    private static <T> T read(EventStream.Event event, String id, Class<T> type) {
        try {
            return ContractJson.MAPPER.readValue(event.data(), type);
        } catch (JsonProcessingException e) {
            throw UnreadableResponse.ofEvent("run " + id, event.data(), e);
        }
    }

    private static String path(String id) {
        return RUNS + "/" + HttpTransport.segment(id);
    }
}
