package io.pitlane.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitlaneTest extends CommandTest {
    private static final String PLAN =
            """
            name: signs
            model: model
            data:
              train: {images: images.gz, labels: labels.gz}
              test: {images: images.gz, labels: labels.gz}
            steps: [{prune: {ratio: 0.5}}]
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "compress",
                "rerun",
                "runs",
                "status",
                "results",
                "download",
                "register",
                "plans",
                "trigger",
                "inspect",
                "export",
                "completion",
                "plan"
            })
    void everyCommandHasHelp(String command) {
        assertThat(pitlane(command, "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: pitlane " + command);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aNewModelStartsTheRunOfItsPlan() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        Files.writeString(folder.resolve("model/saved_model.pb"), "a model");
        gateway.on("POST /api/artifacts?kind=model", SampleRun.artifact());
        gateway.redirecting("POST /api/triggers", 202, "/api/runs/the-run");

        var model = folder.resolve("model").toString();
        assertThat(pitlane("trigger", "signs", model, "--server", gateway.address().toString()))
                .isZero();

        assertThat(out.toString().strip()).isEqualTo("the-run");
    }

    @Test
    void aFolderWithoutAModelStartsNothing() {
        assertThat(
                        pitlane(
                                "trigger",
                                "signs",
                                folder.toString(),
                                "--server",
                                gateway.address().toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("is not a SavedModel");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void withoutPlansTheOutputTellsHowToRegisterOne() {
        gateway.on("GET /api/plans", List.of());

        assertThat(pitlane("plans", "--server", gateway.address().toString())).isZero();

        assertThat(out.toString()).contains("pitlane register PLAN");
    }

    @Test
    void aKeyThatIsRefusedIsExplained() {
        gateway.on(
                "GET /api/runs",
                401,
                "{\"message\": \"This gateway asks for a key.\", \"action\": \"Set PITLANE_API_KEY.\"}");

        assertThat(
                        pitlane(
                                "runs",
                                "--server",
                                gateway.address().toString(),
                                "--api-key=a-secret-key"))
                .isEqualTo(2);

        assertThat(gateway.requests().get(0).headers().get("X-api-key"))
                .containsExactly("a-secret-key");
        assertThat(err.toString())
                .contains("asks for a key", "PITLANE_API_KEY")
                .doesNotContain("a-secret-key");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void withoutACommandThereIsHelpAndExitCodeTwo() {
        assertThat(pitlane()).isEqualTo(2);

        assertThat(err.toString()).contains("Usage: pitlane", "compress", "Exit codes");
    }

    @Test
    void anUnknownOptionIsNamedWithTheNearestOne() {
        assertThat(pitlane("demo", "--ou", "x")).isEqualTo(2);

        assertThat(err.toString()).contains("Unknown options: '--ou', 'x'").contains("--out");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void aMissingPlanIsNamed() {
        assertThat(compress(folder.resolve("nowhere.yaml"))).isEqualTo(2);

        assertThat(err.toString()).contains("there is no plan file").contains("nowhere.yaml");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void aFolderIsNoPlan() {
        assertThat(compress(folder)).isEqualTo(2);

        assertThat(err.toString()).contains("is not a plan");
    }

    @Test
    void bytesAreNoPlan() throws IOException {
        var plan = Files.write(folder.resolve("plan.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(compress(plan)).isEqualTo(2);

        assertThat(err.toString()).contains("is not a text file in UTF-8");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void everyProblemOfAPlanIsNamedWithItsPath() throws IOException {
        var plan = plan(PLAN.replace("0.5", "1.5").replace("name: signs", "name: a b"));

        assertThat(compress(plan)).isEqualTo(2);

        assertThat(err.toString())
                .contains("plan.yaml: name: must be")
                .contains("plan.yaml: steps[0].prune.ratio: must be above 0");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void aMisspeltFieldComesWithTheNearestName() throws IOException {
        assertThat(compress(plan(PLAN.replace("ratio: 0.5", "methd: channels")))).isEqualTo(2);

        assertThat(err.toString()).contains("unknown field 'methd'; did you mean 'method'?");
    }

    @Test
    void filesNamedInAPlanMustExist() throws IOException {
        assertThat(compress(plan(PLAN))).isEqualTo(2);
        assertThat(err.toString()).contains("model: there is no " + folder.resolve("model"));

        Files.createDirectories(folder.resolve("model"));
        assertThat(compress(plan(PLAN))).isEqualTo(2);
        assertThat(err.toString()).contains("data.train.images: there is no");
    }

    @Test
    void aSeedIsNamedOnce() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        var plan = plan(PLAN);
        Files.writeString(folder.resolve("images.gz"), "images");
        Files.writeString(folder.resolve("labels.gz"), "labels");

        assertThat(pitlane("compress", plan.toString(), "--seeds", "1,2,1")).isEqualTo(2);
        assertThat(pitlane("compress", plan.toString(), "--seeds", "one")).isEqualTo(2);

        assertThat(err.toString())
                .contains("--seeds: a seed is named twice", "Invalid value for option '--seeds'");
    }

    @Test
    void aUrlIsNoPathOfAModelOrOfData() throws IOException {
        var remote = PLAN.replaceFirst("model: .*", "model: s3://bucket/model.tar.gz");

        assertThat(compress(plan(remote))).isEqualTo(2);
        assertThat(pitlane("inspect", "https://host/model.tar.gz")).isEqualTo(2);
        assertThat(pitlaneAtServer("trigger", "signs", "gs://bucket/model")).isEqualTo(2);

        assertThat(err.toString())
                .contains("model: must be a path, but 's3://bucket/model.tar.gz' is a URL")
                .contains("https://host/model.tar.gz is a URL, not a path", "download it")
                .contains("gs://bucket/model is a URL, not a path");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void aModelInAnotherFormatIsNamedWithTheLineThatConvertsIt() throws IOException {
        var file = folder.resolve("net.tflite");
        Files.writeString(file, "\0\0\0\0TFL3");

        assertThat(pitlane("inspect", file.toString())).isEqualTo(2);
        assertThat(pitlane("trigger", "signs", file.toString(), "--server", "http://127.0.0.1:1"))
                .isEqualTo(2);

        assertThat(err.toString().lines())
                .filteredOn(line -> line.contains("net.tflite is a TensorFlow Lite model"))
                .hasSize(2);
        assertThat(err.toString()).contains("tf.saved_model.save");
    }

    @Test
    void aDamagedOnnxModelIsNamed() throws IOException {
        var file = folder.resolve("net.onnx");
        Files.writeString(file, "\u0008\u0007\u0012\u0007pytorch:\u0002\n\0");

        assertThat(pitlane("inspect", file.toString())).isEqualTo(2);
        assertThat(pitlane("trigger", "signs", file.toString(), "--server", "http://127.0.0.1:1"))
                .isEqualTo(2);

        assertThat(err.toString().lines()).filteredOn(line -> line.contains("net.onnx")).hasSize(2);
        assertThatThereIsNoStackTrace();
    }

    @Test
    void aFolderThatIsNoSavedModelIsNotInspected() {
        assertThat(pitlane("inspect", folder.toString())).isEqualTo(2);
        assertThat(pitlane("inspect", folder.resolve("nowhere").toString())).isEqualTo(2);

        assertThat(err.toString()).contains(folder.toString(), "nowhere");
        assertThatThereIsNoStackTrace();
    }

    @Test
    void runsAreListed() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)));

        assertThat(pitlaneAtServer("runs")).isZero();

        assertThat(out.toString())
                .contains(SampleReport.RUN, "signs", "running", "2 of 3, quantize");
    }

    @Test
    void thePageOfARunIsNamed() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)));

        assertThat(pitlaneAtServer("open", "latest", "--print")).isZero();

        assertThat(out.toString().strip())
                .isEqualTo(gateway.address() + "/runs/" + SampleReport.RUN);
    }

    @Test
    void theStatusOfARunDecidesTheExitCode() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)))
                .on("GET /api/runs", List.of(SampleRun.state(Status.NOT_PASSED, 2)))
                .on("GET /api/runs", List.of(SampleRun.failed(Failure.Kind.INVALID_INPUT)))
                .on("GET /api/runs", List.of(SampleRun.failed(Failure.Kind.CRASHED)));

        assertThat(pitlaneAtServer("status", "latest")).isEqualTo(0);
        assertThat(pitlaneAtServer("status", "latest")).isEqualTo(3);
        assertThat(pitlaneAtServer("status", "latest")).isEqualTo(2);
        assertThat(pitlaneAtServer("status", "latest")).isEqualTo(1);
        assertThat(out.toString()).contains("layer 'conv' is odd", "Change the layer.");
    }

    @Test
    void theStatusTellsWhichModelsEarlierRunsMade() {
        gateway.on("GET /api/runs", List.of(SampleRun.cached(Status.RUNNING, 1)));

        assertThat(pitlaneAtServer("status", "latest")).isZero();

        assertThat(out.toString()).contains("models   original, prune (cached)");
    }

    @Test
    void anEarlierRunIsRunAgainWithAnotherOption() throws IOException {
        // Given
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.NOT_PASSED, 2)))
                .on("POST /api/runs", 201, FakeGateway.json(SampleRun.state(Status.RUNNING, 0)))
                .on(
                        "GET " + RUN + "/events",
                        200,
                        FakeGateway.event("state", SampleRun.cached(Status.PASSED, 2)))
                .on("GET " + RUN + "/report", SampleReport.passed());
        var results = folder.resolve("again");

        // When
        var exitCode =
                pitlaneAtServer("rerun", "latest", "--set", "seed=5", "--out", results.toString());

        // Then
        assertThat(exitCode).as(err.toString()).isZero();
        var request = submitted();
        assertThat(PlanReader.read(request.plan()))
                .isEqualTo(SampleReport.plan().toBuilder().seed(5).build());
        assertThat(request.model()).isEqualTo("a".repeat(64));
        assertThat(request.data()).isEqualTo("d".repeat(64));
        assertThat(out.toString()).contains("Cached, from earlier runs: prune", "Verdict: passed");
        assertThat(results.resolve("report.json")).exists();
    }

    @Test
    void anEarlierRunIsRunAgainWithoutTheCache() throws IOException {
        // Given
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.NOT_PASSED, 2)))
                .on("POST /api/runs", 400, FakeGateway.json(Map.of("message", "not today")));

        // When
        var results = folder.resolve("again").toString();
        var exitCode = pitlaneAtServer("rerun", "latest", "--no-cache", "--out", results);

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(PlanReader.read(submitted().plan()).cache()).isFalse();
    }

    private RunRequest submitted() throws IOException {
        var body =
                gateway.requests().stream()
                        .filter(request -> request.line().equals("POST /api/runs"))
                        .findFirst()
                        .orElseThrow()
                        .body();
        return ContractJson.MAPPER.readValue(body, RunRequest.class);
    }

    @Test
    void aRunIsCancelledAndItsEndAwaited() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)))
                .on("DELETE " + RUN, SampleRun.state(Status.RUNNING, 1))
                .on("GET " + RUN, SampleRun.state(Status.RUNNING, 1))
                .on("GET " + RUN, SampleRun.state(Status.CANCELLED, 1));

        assertThat(pitlaneAtServer("cancel", "latest")).isZero();

        assertThat(out.toString()).contains("is cancelled, at step 2 of 3, quantize.");
    }

    @Test
    void aRunThatWaitsForItsStageIsToBeCancelled() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.RUNNING, 1)))
                .on("DELETE " + RUN, SampleRun.state(Status.RUNNING, 1))
                .on("GET " + RUN, SampleRun.state(Status.RUNNING, 1));

        assertThat(pitlaneAtServer("cancel", "latest", "--wait", "0")).isZero();

        assertThat(out.toString()).contains("is to be cancelled, and waits at step 2 of 3");
    }

    @Test
    void aRunThatHasEndedStaysAsItIs() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.PASSED, 2)))
                .on("DELETE " + RUN, SampleRun.state(Status.PASSED, 2));

        assertThat(pitlaneAtServer("cancel", "latest")).isZero();

        assertThat(out.toString()).contains("has already ended: passed.");
    }

    @Test
    void aRunIsFoundByTheBeginningOfItsId() {
        gateway.on(
                "GET /api/runs",
                List.of(
                        SampleRun.state("abc1", Status.RUNNING, 0, null),
                        SampleRun.state("abd2", Status.RUNNING, 0, null)));

        assertThat(pitlaneAtServer("status", "abc")).isZero();
        assertThat(pitlaneAtServer("status", "ab")).isEqualTo(2);
        assertThat(pitlaneAtServer("status", "x")).isEqualTo(2);
        assertThat(pitlaneAtServer("status", "latest~2")).isEqualTo(2);
        assertThat(out.toString()).contains("abc1").doesNotContain("abd2");
        assertThat(err.toString())
                .contains("2 runs begin with 'ab'")
                .contains("there is no run 'x'", "there is no run 'latest~2'");

        assertThat(pitlaneAtServer("status", "latest~1")).isZero();
        assertThat(out.toString()).contains("abd2");
    }

    @Test
    void resultsAreATableOrJson() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.PASSED, 2)))
                .on("GET /api/runs/" + SampleReport.RUN + "/report", SampleReport.passed());

        assertThat(pitlaneAtServer("results", "latest")).isZero();
        assertThat(out.toString()).contains("94.75 %", "Verdict: passed");

        assertThat(pitlaneAtServer("results", "latest", "--json")).isZero();
        assertThat(out.toString()).contains("\"top1\" : 0.9475");
    }

    @Test
    void anUnknownLabelIsAnsweredWithTheKnownOnes() {
        gateway.on("GET /api/runs", List.of(SampleRun.state(Status.PASSED, 2)));
        var target = folder.resolve("new").toString();

        assertThat(pitlaneAtServer("download", "latest", "--label", "prun", "--out", target))
                .isEqualTo(2);

        assertThat(err.toString()).contains("no model 'prun'", "It has original, prune.");
    }

    @Test
    void theDeliveredCandidateIsDownloadedByItsFormat() throws IOException {
        var bytes = "\u0000\u0000\u0000\u0000TFL3 and more".getBytes(UTF_8);
        var artifact =
                SampleRun.artifact().toBuilder()
                        .digest(HexFormat.of().formatHex(Sha256.of(bytes)))
                        .build();
        var delivered = new DeliveredModel(DeliveryFormat.TFLITE, bytes.length, artifact);
        var state =
                SampleRun.state(Status.PASSED, 2).toBuilder()
                        .deliverables(List.of(delivered))
                        .build();
        gateway.on("GET /api/runs", List.of(state))
                .on("GET /api/runs/" + SampleReport.RUN + "/model?format=tflite", 200, bytes);
        var target = folder.resolve("net.tflite");

        assertThat(
                        pitlaneAtServer(
                                "download",
                                "latest",
                                "--format",
                                "tflite",
                                "--out",
                                target.toString()))
                .isZero();
        assertThat(target).hasBinaryContent(bytes);
        assertThat(out.toString()).contains("the candidate as tflite is in " + target);

        assertThat(pitlaneAtServer("status", "latest")).isZero();
        assertThat(out.toString()).contains("formats  tflite");

        assertThat(
                        pitlaneAtServer(
                                "download",
                                "latest",
                                "--format",
                                "onnx",
                                "--out",
                                folder.resolve("net.onnx").toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("has delivered no onnx model", "It has delivered tflite.");
    }

    @Test
    void aFormatAndALabelExcludeEachOther() {
        assertThat(
                        pitlaneAtServer(
                                "download",
                                "latest",
                                "--label",
                                "prune",
                                "--format",
                                "onnx",
                                "--out",
                                folder.resolve("x").toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--format and --label exclude each other");
    }

    @Test
    void aFolderThatIsNoModelIsNotReplaced() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "precious");

        assertThat(pitlaneAtServer("download", "latest", "--out", folder.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("is not a SavedModel, so it is not replaced");
        assertThat(folder.resolve("thesis.txt")).hasContent("precious");
    }

    @Test
    void anUnreachableServerIsAFailure() {
        assertThat(pitlane("runs", "--server", "http://127.0.0.1:1")).isEqualTo(1);

        assertThat(err.toString()).contains("no answer", "http://127.0.0.1:1", "pitlane up");
        assertThatThereIsNoStackTrace();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "ftp://x", "http:///x", "no spaces allowed"})
    void aMalformedAddressIsWrongInput(String address) {
        assertThat(pitlane("runs", "--server", address)).isEqualTo(2);

        assertThatThereIsNoStackTrace();
    }

    @Test
    void theServerThatUpStartedIsFound() throws IOException {
        gateway.on("GET /q/health/ready", 200, "{}").on("GET /api/runs", List.of());
        Files.writeString(folder.resolve("server"), gateway.address() + "\n");

        assertThat(pitlane("runs", "--state", folder.toString())).isZero();

        assertThat(out.toString()).contains("No runs yet");
    }

    private Path plan(String text) throws IOException {
        return Files.writeString(folder.resolve("plan.yaml"), text);
    }

    private int compress(Path plan) {
        return pitlane("compress", plan.toString(), "--out", folder.resolve("out").toString());
    }
}
