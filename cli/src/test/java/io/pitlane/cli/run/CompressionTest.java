package io.pitlane.cli.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleRun;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.plan.InputCheck;
import io.pitlane.cli.plan.PlanFile;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionTest {
    private static final byte[] ONNX = onnx("candidate");
    private static final byte[] PACKED = "\u0089PLM candidate".getBytes(ISO_8859_1);
    private static final String RUN = "/api/runs/" + SampleReport.RUN;

    @TempDir private Path folder;
    private final StringWriter text = new StringWriter();
    private FakeGateway gateway;
    private Path plan;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        gateway.on("POST /api/artifacts?kind=model", SampleRun.artifact())
                .on("POST /api/artifacts?kind=data", SampleRun.artifact())
                .on("POST /api/runs", 201, FakeGateway.json(SampleRun.state(Status.RUNNING, 0)))
                .on("GET " + RUN + "/report", SampleReport.passed())
                .on("GET " + RUN + "/model?format=tensorflow", 200, packed("candidate"))
                .on("GET " + RUN + "/model?format=onnx", 200, ONNX)
                .on("GET " + RUN + "/model?format=packed", 200, PACKED);
        plan =
                Files.writeString(
                        folder.resolve("plan.yaml"),
                        """
                        name: signs
                        model: model
                        data:
                          train: {images: a/images.gz, labels: a/labels.gz}
                          test: {images: b/images.gz, labels: a/labels.gz}
                        """);
        write("model/saved_model.pb", "original");
        write("a/images.gz", "train images");
        write("a/labels.gz", "labels");
        write("b/images.gz", "test images");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aRunWritesTheReportThePageAndTheCandidate() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));

        assertThat(compress()).isEqualTo(SampleReport.passed());

        var out = folder.resolve("out");
        var report =
                ContractJson.MAPPER.readValue(out.resolve("report.json").toFile(), Report.class);
        assertThat(report).isEqualTo(SampleReport.passed());
        assertThat(out.resolve("report.html")).content().startsWith("<!DOCTYPE html>");
        assertThat(out.resolve("model/saved_model.pb")).hasContent("candidate");
        assertThat(text.toString()).contains("Verdict: passed", out.toString());
    }

    @Test
    void stepsOfEarlierRunsAreNamed() throws IOException {
        ends(SampleRun.cached(Status.PASSED, 2));

        compress();

        assertThat(text.toString()).contains("Cached, from earlier runs: prune");
    }

    @Test
    void aPlanIsSubmittedWithTheCacheUnlessItIsNotWanted() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));

        compress();

        assertThat(submitted().cache()).isTrue();
        assertThat(PlanFile.read(plan).withoutCache().plan().cache()).isFalse();
    }

    private Plan submitted() throws IOException {
        var request = ContractJson.MAPPER.readValue(body("POST /api/runs"), RunRequest.class);
        return PlanReader.read(request.plan());
    }

    @Test
    void everyDeliveredFormatIsWrittenAndListedWithItsSize() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));

        compress();

        var out = folder.resolve("out");
        assertThat(out.resolve("model.onnx")).hasBinaryContent(ONNX);
        assertThat(out.resolve("model.pitlane")).hasBinaryContent(PACKED);
        assertThat(out.resolve("model.tflite")).doesNotExist();
        assertThat(text.toString().lines())
                .anySatisfy(line -> assertThat(line).matches("model +tensorflow +9 B"))
                .anySatisfy(line -> assertThat(line).matches("model.pitlane +packed +14 B"))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches("model.onnx +onnx +%d B".formatted(ONNX.length)));
    }

    @Test
    void aFormatThatAnEarlierRunDeliveredDoesNotStay() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        write("out/model.tflite", "\u0000\u0000\u0000\u0000TFL3 of an earlier run");

        compress();

        assertThat(folder.resolve("out/model.tflite")).doesNotExist();
    }

    @Test
    void aPackedModelOfAnEarlierRunDoesNotStayWhereNothingIsDelivered() throws IOException {
        var earlier = Files.createDirectories(folder.resolve("out")).resolve("model.pitlane");
        Files.write(earlier, PACKED);
        gateway.on(
                "GET " + RUN + "/events",
                200,
                FakeGateway.event("state", SampleRun.state(Status.PASSED, 2)));

        compress();

        assertThat(earlier).doesNotExist();
    }

    @Test
    void aFileThatIsNoModelIsNotReplaced() throws IOException {
        write("out/model.onnx", "precious");

        assertThatThrownBy(this::compress)
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("model.onnx exists and is not an ONNX model");
        assertThat(folder.resolve("out/model.onnx")).hasContent("precious");
    }

    @Test
    void aRunThatDeliversNothingSaysSo() {
        gateway.on(
                "GET " + RUN + "/events",
                200,
                FakeGateway.event("state", SampleRun.state(Status.NOT_PASSED, 2)));

        compress();

        assertThat(text.toString()).contains("Nothing was delivered. The notes in the report");
        assertThat(folder.resolve("out/model")).doesNotExist();
    }

    @Test
    void resultsOfAnEarlierRunAreReplaced() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        write("out/model/saved_model.pb", "earlier");
        write("out/model/variables/leftover", "earlier");

        compress();

        assertThat(folder.resolve("out/model/saved_model.pb")).hasContent("candidate");
        assertThat(folder.resolve("out/model/variables")).doesNotExist();
    }

    @Test
    void aPatternIsPackedAsTheFilesItMatches() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        write("r/part-2", "second");
        write("r/part-1", "first");
        Files.writeString(
                plan,
                """
                name: signs
                model: model
                data: {train: {tfrecord: "r/part-*"}, test: {tfrecord: r/part-2}}
                """);

        compress();

        var request = ContractJson.MAPPER.readValue(body("POST /api/runs"), RunRequest.class);
        assertThat(PlanReader.read(request.plan()).data().train().paths().values())
                .containsExactly("train/part-1", "train/part-2");
        assertThat(unpacked("POST /api/artifacts?kind=data").resolve("train/part-2"))
                .hasContent("second");
    }

    @Test
    void theSubmittedPlanHasPathsInsideTheDataArtifact() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));

        compress();

        var request = ContractJson.MAPPER.readValue(body("POST /api/runs"), RunRequest.class);
        var sent = PlanReader.read(request.plan());
        assertThat(sent.data().train().paths().values())
                .containsExactly("train/images.gz", "train/labels.gz");
        assertThat(sent.data().test().paths().values())
                .containsExactly("test/images.gz", "train/labels.gz");
        var data = unpacked("POST /api/artifacts?kind=data");
        assertThat(data.resolve("train/images.gz")).hasContent("train images");
        assertThat(data.resolve("test/images.gz")).hasContent("test images");
        assertThat(unpacked("POST /api/artifacts?kind=model").resolve("saved_model.pb"))
                .hasContent("original");
    }

    @Test
    void anArtifactThatTheServerHasIsNotUploadedAgain() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        compress();
        var request = ContractJson.MAPPER.readValue(body("POST /api/runs"), RunRequest.class);
        gateway.on("GET /api/artifacts/" + request.model(), SampleRun.artifact());
        gateway.requests().clear();

        compress();

        assertThat(gateway.requests())
                .extracting(FakeGateway.Request::line)
                .contains("POST /api/artifacts?kind=data")
                .doesNotContain("POST /api/artifacts?kind=model");
    }

    @Test
    void aFailedRunSaysWhereAndWhatToDoAndWhereTheLogsAre() throws IOException {
        ends(SampleRun.failed(Failure.Kind.CRASHED));

        assertThatThrownBy(this::compress)
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> {
                            assertThat(e)
                                    .hasMessage(
                                            "step 2 of 3 (quantize) failed: layer 'conv' is odd");
                            assertThat(e.action())
                                    .startsWith("Change the layer.")
                                    .contains("Logs: the logs of the stack at", "last words");
                        });
    }

    @Test
    void wrongInputIsFoundBeforeAServerIsStarted() {
        var wrong = FailureException.invalidInput("labels reach 42", "Check them.");
        InputCheck check =
                (plan, model, root) -> {
                    throw wrong;
                };

        assertThatThrownBy(
                        () ->
                                compression(check)
                                        .run(
                                                messages -> {
                                                    throw new AssertionError("not needed");
                                                }))
                .isSameAs(wrong);
    }

    @Test
    void aPackedModelIsCheckedAndSentAsItsContent() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        Archive.packFiles(
                Map.of("exported", folder.resolve("model")), folder.resolve("model.tar.gz"));
        Files.writeString(
                plan, Files.readString(plan).replace("model: model", "model: model.tar.gz"));
        InputCheck check =
                (any, model, root) ->
                        assertThat(model.resolve("saved_model.pb")).hasContent("original");

        compression(check).run(this::server);

        assertThat(unpacked("POST /api/artifacts?kind=model").resolve("saved_model.pb"))
                .hasContent("original");
    }

    @Test
    void modelsNamedInStepsArePackedWithTheData() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        write("student/saved_model.pb", "student");
        write("teacher/saved_model.pb", "teacher");
        Archive.pack(folder.resolve("teacher"), folder.resolve("teacher.tar.gz"));
        Files.writeString(
                plan,
                """
                steps:
                  - distill: {student: {model: student}, teacher: {model: teacher.tar.gz}}
                """,
                StandardOpenOption.APPEND);
        InputCheck check =
                (unpacked, model, root) ->
                        assertThat(unpacked.steps().get(0).models().values())
                                .extracting(path -> Files.readString(saved(root, path)))
                                .containsExactly("student", "teacher");

        compression(check).run(this::server);

        var request = ContractJson.MAPPER.readValue(body("POST /api/runs"), RunRequest.class);
        var sent = PlanReader.read(request.plan());
        assertThat(sent.steps().get(0).models().values())
                .containsExactly("models/student", "models/teacher");
        var data = unpacked("POST /api/artifacts?kind=data");
        assertThat(saved(data, "models/student")).hasContent("student");
        assertThat(saved(data, "models/teacher")).hasContent("teacher");
    }

    @Test
    void aModelNamedInAStepThatIsNotThereIsNamedWithItsField() throws IOException {
        Files.writeString(
                plan,
                "steps: [{distill: {student: {model: nowhere}}}]\n",
                StandardOpenOption.APPEND);

        assertThatThrownBy(() -> PlanFile.read(plan))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("steps[0].distill.student.model: there is no")
                .hasMessageContaining("nowhere");
    }

    private static Path saved(Path root, String model) {
        return root.resolve(model).resolve("saved_model.pb");
    }

    private Report compress() {
        return compression((plan, model, root) -> {}).run(this::server);
    }

    private Compression compression(InputCheck check) {
        return new Compression(
                PlanFile.read(plan),
                ResultsFolder.prepare(folder.resolve("out")),
                new PrintWriter(text, true),
                check);
    }

    private Server server(Consumer<String> messages) {
        return new Server.Running(new GatewayClient(gateway.address()));
    }

    private void ends(RunState state) throws IOException {
        var delivered =
                state.toBuilder()
                        .deliverables(
                                List.of(
                                        delivered(
                                                DeliveryFormat.TENSORFLOW, 9, packed("candidate")),
                                        delivered(DeliveryFormat.ONNX, ONNX.length, ONNX),
                                        delivered(DeliveryFormat.PACKED, PACKED.length, PACKED)))
                        .build();
        gateway.on("GET " + RUN + "/events", 200, FakeGateway.event("state", delivered));
    }

    private static DeliveredModel delivered(DeliveryFormat format, long size, byte[] bytes) {
        var artifact =
                SampleRun.artifact().toBuilder()
                        .digest(HexFormat.of().formatHex(Sha256.of(bytes)))
                        .build();
        return new DeliveredModel(format, size, artifact);
    }

    /** The head of a ModelProto: IR version 8, the producer's name, an empty graph. */
    private static byte[] onnx(String producer) {
        return ("\b\b\u0012" + (char) producer.length() + producer + ":\0").getBytes(UTF_8);
    }

    private byte[] body(String line) {
        return gateway.requests().stream()
                .filter(request -> request.line().equals(line))
                .findFirst()
                .orElseThrow()
                .body();
    }

    private Path unpacked(String upload) throws IOException {
        var file = Files.write(Files.createTempFile(folder, "sent", ".tar.gz"), body(upload));
        var target = Files.createTempDirectory(folder, "sent");
        Archive.unpack(file, target, ArchiveLimits.model(1 << 20));
        return target;
    }

    private byte[] packed(String content) throws IOException {
        var model = Files.createDirectories(folder.resolve("candidate"));
        Files.writeString(model.resolve("saved_model.pb"), content);
        var file = folder.resolve("candidate.tar.gz");
        Archive.pack(model, file);
        return Files.readAllBytes(file);
    }

    private void write(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
