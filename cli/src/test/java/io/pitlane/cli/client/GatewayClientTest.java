package io.pitlane.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleRun;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.run.Trigger;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayClientTest {
    private static final String ID = SampleReport.RUN;

    @TempDir private Path folder;
    private FakeGateway gateway;
    private GatewayClient client;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        client = new GatewayClient(gateway.address());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aFileIsUploadedAsItIs() throws IOException {
        gateway.on("POST /api/artifacts?kind=data", SampleRun.artifact());
        var file = Files.write(folder.resolve("data.tar.gz"), new byte[] {1, 2, -3});

        assertThat(client.artifacts().upload(ArtifactRef.Kind.DATA, file))
                .isEqualTo(SampleRun.artifact());

        assertThat(gateway.requests().get(0).body()).containsExactly(1, 2, -3);
    }

    @Test
    void anUnknownArtifactIsAbsent() {
        gateway.on("GET /api/artifacts/abc", SampleRun.artifact());

        assertThat(client.artifacts().find("abc")).contains(SampleRun.artifact());
        assertThat(client.artifacts().find("def")).isEmpty();
    }

    @Test
    void aRunIsSubmittedWithThePlanAndTheDigests() throws IOException {
        gateway.on("POST /api/runs", 201, FakeGateway.json(SampleRun.state(Status.RUNNING, 0)));
        var request = new RunRequest("name: signs", "m", "d");

        assertThat(client.runs().submit(request).runId()).isEqualTo(ID);

        var sent = gateway.requests().get(0).body();
        assertThat(ContractJson.MAPPER.readValue(sent, RunRequest.class)).isEqualTo(request);
    }

    @Test
    void aTriggerIsSentAsAnEventAndReturnsTheRun() throws IOException {
        gateway.redirecting("POST /api/triggers", 202, "http://anywhere/api/runs/" + ID);

        assertThat(client.plans().trigger("42", new Trigger("signs", "d", null))).isEqualTo(ID);

        var sent = gateway.requests().get(0);
        assertThat(sent.headers().get("Content-type"))
                .containsExactly("application/cloudevents+json");
        assertThat(ContractJson.MAPPER.readTree(sent.body()))
                .isEqualTo(
                        ContractJson.MAPPER.readTree(
                                """
                                {"specversion": "1.0", "id": "42", "source": "/pitlane/cli/signs",
                                 "type": "io.pitlane.trigger.v1",
                                 "data": {"model": "signs", "artifact": "d"}}
                                """));
    }

    @Test
    void aPlanIsRegisteredWithItsData() throws IOException {
        var registered =
                new RegisteredPlan(
                        "my model", SampleRun.state(Status.RUNNING, 0).plan(), "d", Instant.EPOCH);
        gateway.on("PUT /api/plans/my%20model", registered)
                .on("GET /api/plans", List.of(registered));

        assertThat(client.plans().register("my model", "name: signs", "d")).isEqualTo(registered);
        assertThat(client.plans().list()).containsExactly(registered);

        assertThat(ContractJson.MAPPER.readTree(gateway.requests().get(0).body()))
                .isEqualTo(
                        ContractJson.MAPPER.readTree(
                                "{\"plan\": \"name: signs\", \"data\": \"d\"}"));
    }

    @Test
    void credentialsTravelInHeadersOnly() {
        gateway.on("GET /api/runs", List.of());
        var environment = Map.of("PITLANE_API_KEY", "a-key\n", "PITLANE_TOKEN", "a.token");

        new GatewayClient(gateway.address(), Credentials.from(environment)).runs().list();

        var headers = gateway.requests().get(0).headers();
        assertThat(headers.get("X-api-key")).containsExactly("a-key");
        assertThat(headers.get("Authorization")).containsExactly("Bearer a.token");
        assertThat(Credentials.from(environment)).asString().doesNotContain("a-key", "a.token");
    }

    @Test
    void withoutCredentialsNoneAreSent() {
        gateway.on("GET /api/runs", List.of());

        client.runs().list();

        assertThat(gateway.requests().get(0).headers())
                .doesNotContainKeys("X-api-key", "Authorization");
    }

    @Test
    void anUnauthorizedResponseOfAProxyHasAnAction() {
        gateway.on("GET /api/runs", 401, "<html>Unauthorized</html>");

        assertThatThrownBy(() -> client.runs().list())
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("PITLANE_API_KEY"));
    }

    @Test
    void aRequestToABusyGatewayIsRepeated() {
        gateway.busy("GET /api/runs", 429, 0);
        gateway.on("GET /api/runs", List.of());

        assertThat(client.runs().list()).isEmpty();

        assertThat(gateway.requests()).hasSize(2);
    }

    @Test
    void aRefusedPlanListsItsProblems() {
        gateway.on(
                "POST /api/runs",
                400,
                """
                {"message":"the plan is wrong","problems":[
                  {"path":"steps[0].prune.ratio","message":"must be below 1"}]}
                """);

        assertThatThrownBy(() -> client.runs().submit(new RunRequest("", "m", "d")))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessage("steps[0].prune.ratio: must be below 1");
    }

    @Test
    void aClientErrorIsInvalidInputAndAServerErrorIsInternal() {
        gateway.on("GET /api/runs/1", 404, "{\"message\":\"no run 1\",\"action\":\"look\"}");
        gateway.on("GET /api/runs/2", 500, "<html>oops</html>");

        assertThatThrownBy(() -> client.runs().find("1"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(e).hasMessage("no run 1");
                            assertThat(e.action()).isEqualTo("look");
                        });
        assertThatThrownBy(() -> client.runs().find("2"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.kind()).isEqualTo(Failure.Kind.INTERNAL))
                .hasMessageContaining("status 500");
    }

    @Test
    void aReportIsReadUnchanged() {
        gateway.on("GET /api/runs/" + ID + "/report", SampleReport.passed());

        assertThat(client.runs().report(ID)).isEqualTo(SampleReport.passed());
    }

    @Test
    void aModelIsDownloadedToAFile() {
        gateway.on("GET /api/runs/" + ID + "/models/prune-2", 200, new byte[] {9, 8});
        var file = folder.resolve("model.tar.gz");

        client.runs().downloadModel(ID, "prune-2", file);

        assertThat(file).hasBinaryContent(new byte[] {9, 8});
    }

    @Test
    void aDeliverableIsDownloadedByItsFormatAndVerified() {
        var bytes = new byte[] {9, 8};
        gateway.on("GET /api/runs/" + ID + "/model?format=onnx", 200, bytes);
        var file = folder.resolve("model.onnx");
        var artifact =
                SampleRun.artifact().toBuilder()
                        .digest(HexFormat.of().formatHex(Sha256.of(bytes)))
                        .build();

        client.runs()
                .downloadDeliverable(
                        ID, new DeliveredModel(DeliveryFormat.ONNX, 2, artifact), file);

        assertThat(file).hasBinaryContent(bytes);
        var other = new DeliveredModel(DeliveryFormat.ONNX, 2, SampleRun.artifact());
        assertThatThrownBy(() -> client.runs().downloadDeliverable(ID, other, file))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(
                        "model.onnx arrived with the digest "
                                + HexFormat.of().formatHex(Sha256.of(bytes)));
    }

    @Test
    void eventsReachTheListenerInOrder() {
        gateway.on(
                "GET /api/runs/" + ID + "/events",
                200,
                FakeGateway.event("progress", SampleRun.progress(0, 0.5, "half"))
                        + FakeGateway.event("later-invention", "?")
                        + FakeGateway.event("state", SampleRun.state(Status.PASSED, 2)));
        var events = new ArrayList<Object>();

        client.runs().watch(ID, recorder(events));

        assertThat(events)
                .containsExactly(
                        SampleRun.progress(0, 0.5, "half"), SampleRun.state(Status.PASSED, 2));
    }

    @Test
    void aServerWithoutListenerIsUnreachable() {
        var nobody = new GatewayClient(URI.create("http://127.0.0.1:1"));

        assertThat(nobody.isReady()).isFalse();
        assertThatThrownBy(() -> nobody.runs().list())
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("http://127.0.0.1:1");
    }

    @Test
    void aPageInPlaceOfJsonIsShownAndNotCalledUnreachable() {
        gateway.html("GET /api/runs", "<html>\n  <title>Sign in</title>");

        assertThatThrownBy(() -> client.runs().list())
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Failure.Kind.INTERNAL);
                            assertThat(e.action()).contains("proxy", "--server");
                        })
                .hasMessageContaining(gateway.address() + "/api/runs")
                .hasMessageContaining("status 200, content type text/html")
                .hasMessageContaining("'<html> <title>Sign in</title>'")
                .hasCauseInstanceOf(JsonProcessingException.class);
    }

    @Test
    void anAnswerThatIsCutOffIsToldFromOneOfAnotherVersion() {
        var whole = FakeGateway.json(SampleRun.state(Status.RUNNING, 0));
        gateway.on("GET /api/runs/1", 200, whole.substring(0, whole.length() / 2));
        gateway.on("GET /api/runs/2", 200, "{\"status\":\"JUBILANT\"}");
        gateway.on("GET /api/runs/3", 200, "");
        gateway.on("GET /api/runs/4", 200, "null");

        assertThat(actionOf("1")).contains("cut off");
        assertThat(actionOf("2")).contains("another version");
        assertThat(actionOf("3")).contains("cut off");
        assertThat(actionOf("4")).contains("Something else answers");
    }

    private String actionOf(String id) {
        return catchThrowableOfType(FailureException.class, () -> client.runs().find(id)).action();
    }

    @Test
    void anUnreadableEventIsShown() {
        gateway.on("GET /api/runs/1/events", 200, "event: state\ndata: oops\n\n");

        assertThatThrownBy(() -> client.runs().watch("1", recorder(new ArrayList<>())))
                .isInstanceOf(FailureException.class)
                .hasMessage("an event of run 1 cannot be read: it begins with 'oops'")
                .hasCauseInstanceOf(JsonProcessingException.class);
    }

    @Test
    void aTriggerWithoutARunIsUnreadable() {
        gateway.on("POST /api/triggers", 200, "{}");

        assertThatThrownBy(() -> client.plans().trigger("42", new Trigger("signs", "d", null)))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("/api/triggers cannot be read: status 200");
    }

    @Test
    void aConnectionThatBreaksOffIsNotCalledNoAnswer() {
        gateway.breakOff("GET /api/runs", "[");

        assertThatThrownBy(() -> client.runs().list())
                .isInstanceOfSatisfying(
                        ServerUnreachableException.class,
                        e -> assertThat(e.action()).contains("Try again"))
                .hasMessageContaining("broke off")
                .hasCauseInstanceOf(IOException.class);
    }

    private static RunListener recorder(List<Object> events) {
        return new RunListener() {
            @Override
            public void progress(Progress progress) {
                events.add(progress);
            }

            @Override
            public void state(RunState state) {
                events.add(state);
            }
        };
    }
}
