package io.pitlane.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleRun;
import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.plan.PlanFile;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedStudyTest {
    private static final String RUN = "/api/runs/" + SampleReport.RUN;

    @TempDir private Path folder;
    private final StringWriter text = new StringWriter();
    private final List<String> servers = new ArrayList<>();
    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        gateway.on("POST /api/artifacts?kind=model", SampleRun.artifact())
                .on("POST /api/artifacts?kind=data", SampleRun.artifact())
                .on("POST /api/runs", 201, FakeGateway.json(SampleRun.state(Status.RUNNING, 0)));
        Files.createDirectories(folder.resolve("model"));
        Files.writeString(folder.resolve("model/saved_model.pb"), "original");
        Files.writeString(folder.resolve("images.gz"), "images");
        Files.writeString(folder.resolve("labels.gz"), "labels");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void eachSeedIsRunAndItsResultsAreWritten() throws IOException {
        // Given
        ends(SampleRun.state(Status.PASSED, 2));
        gateway.on("GET " + RUN + "/report", SampleReport.passed())
                .on("GET " + RUN + "/report", SampleReport.onEngines());

        // When
        var reports = study().run(List.of(3L, 5L), this::server);

        // Then
        assertThat(submittedSeeds()).containsExactly(3L, 5L);
        assertThat(reports).containsExactly(SampleReport.passed(), SampleReport.onEngines());
        assertThat(read("out/seed-3/report.json")).isEqualTo(SampleReport.passed());
        assertThat(read("out/seed-5/report.json")).isEqualTo(SampleReport.onEngines());
        assertThat(text.toString())
                .contains("Seed 3 (1 of 2)", "Seed 5 (2 of 2)")
                .containsPattern("quantize +ONNX Runtime +int8 +94\\.50 %")
                .contains("Median over 2 seeds");
    }

    @Test
    void oneServerIsUsedForAllRunsAndItsLogsAreDroppedAfterTheLastVerdict() throws IOException {
        ends(SampleRun.state(Status.PASSED, 2));
        gateway.on("GET " + RUN + "/report", SampleReport.passed());

        study().run(List.of(1L, 2L, 3L), this::server);

        assertThat(servers).containsExactly("started", "verdict reached", "closed");
    }

    @Test
    void aFailedRunKeepsTheResultsBeforeItAndTheLogs() throws IOException {
        // Given
        ends(SampleRun.state(Status.PASSED, 2));
        ends(SampleRun.failed(Failure.Kind.CRASHED));
        gateway.on("GET " + RUN + "/report", SampleReport.passed());

        // When
        assertThatThrownBy(() -> study().run(List.of(1L, 2L), this::server))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("layer 'conv' is odd");

        // Then
        assertThat(read("out/seed-1/report.json")).isEqualTo(SampleReport.passed());
        assertThat(servers).containsExactly("started", "closed");
    }

    private SeedStudy study() {
        try {
            var plan =
                    Files.writeString(
                            folder.resolve("plan.yaml"),
                            """
                            name: signs
                            model: model
                            data:
                              train: {images: images.gz, labels: labels.gz}
                              test: {images: images.gz, labels: labels.gz}
                            seed: 17
                            """);
            return new SeedStudy(
                    PlanFile.read(plan),
                    folder.resolve("out"),
                    new PrintWriter(text, true),
                    (any, model, root) -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ends(RunState state) {
        gateway.on("GET " + RUN + "/events", 200, FakeGateway.event("state", state));
    }

    private List<Long> submittedSeeds() throws IOException {
        var seeds = new ArrayList<Long>();
        for (var request : gateway.requests()) {
            if (request.line().equals("POST /api/runs")) {
                var run = ContractJson.MAPPER.readValue(request.body(), RunRequest.class);
                seeds.add(PlanReader.read(run.plan()).seed());
            }
        }
        return seeds;
    }

    private Report read(String file) throws IOException {
        return ContractJson.MAPPER.readValue(folder.resolve(file).toFile(), Report.class);
    }

    private Server server(Consumer<String> messages) {
        servers.add("started");
        return new RecordedServer(new GatewayClient(gateway.address()), servers);
    }

    private record RecordedServer(GatewayClient client, List<String> calls) implements Server {
        @Override
        public void check() {}

        @Override
        public String logs() {
            return "the logs";
        }

        @Override
        public void verdictReached() {
            calls.add("verdict reached");
        }

        @Override
        public void close() {
            calls.add("closed");
        }
    }
}
