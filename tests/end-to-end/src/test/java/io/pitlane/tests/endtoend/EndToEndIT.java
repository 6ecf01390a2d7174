package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.finding.TrainingLosses;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * The whole stack as a user runs it: a real broker, a real model, and the services in processes or,
 * with {@code -Pcontainers}, in containers.
 */
@Tag("containers")
class EndToEndIT {
    private static final String GTSRB_PLAN =
            """
            name: gtsrb
            model: %1$s/models/keras-gtsrb
            data:
              train:
                images: %1$s/data/gtsrb/train-images-idx4-ubyte.gz
                labels: %1$s/data/gtsrb/train-labels-idx1-ubyte.gz
              test:
                images: %1$s/data/gtsrb/test-images-idx4-ubyte.gz
                labels: %1$s/data/gtsrb/test-labels-idx1-ubyte.gz
            input: {resize: [30, 30]}
            steps: [{prune: {ratio: 0.5}}, {quantize: {}}, {bench: {seconds: 0.1}}]
            constraints: {maxAccuracyDrop: 0.01}
            seed: 1
            """;

    @RegisterExtension static final SharedStack STACK = new SharedStack();

    @TempDir Path work;

    @Test
    void aModelComesOutSmallerAndPlainTensorFlowAgreesWithTheReport() throws Exception {
        // Given
        var plan = ExamplePlan.QUICK.write(work, "seed: 3");
        var out = work.resolve("out");

        // When
        int exitCode;
        String printed;
        try (var stack = Stack.forOneRun();
                var pitlane = stack.compress(work, plan, "--out", "out")) {
            exitCode = pitlane.exitCode();
            printed = pitlane.printed();
        }

        // Then
        assertThat(exitCode).as(printed).isZero();
        var report = report(out);
        assertThat(report.models())
                .extracting(ModelFigures::label)
                .containsExactly("original", "prune", "quantize");
        assertThat(report.comparison().get(1).sizeRatio()).isGreaterThan(6);
        assertThat(report.lineage()).hasSize(2);
        assertThat(findings(report, TrainingLosses.class))
                .flatExtracting(TrainingLosses::curves)
                .isNotEmpty()
                .allSatisfy(
                        curve ->
                                assertThat(curve.epoch())
                                        .isSorted()
                                        .last()
                                        .isEqualTo((float) curve.epochs()));
        assertThat(report.layers())
                .isNotEmpty()
                .allSatisfy(
                        layer -> assertThat(layer.originalMacs()).isGreaterThan(layer.macs() - 1));
        assertThat(report.layers()).extracting(LayerFigures::bits).contains(8);
        assertThat(report.engines()).isNotEmpty().allMatch(engine -> engine.missing() == null);
        double top1 = report.models().get(2).accuracy().headline().value();
        assertThat(top1ByPlainTensorFlow(out.resolve("model"), readPlan(plan))).isEqualTo(top1);
        assertThat(out.resolve("model.pitlane")).hasSize(report.models().get(2).packedBytes());
        assertThat(pitlane("inspect", "out/model.pitlane")).contains("quantize");
        pitlane("unpack", "out/model.pitlane", "--format", "tensorflow", "--out", "unpacked");
        assertThat(top1ByPlainTensorFlow(work.resolve("unpacked"), readPlan(plan))).isEqualTo(top1);
        pitlane("export", "out/model.pitlane", "--format", "tflite", "--out", "again.tflite");
        assertThat(work.resolve("again.tflite")).isNotEmptyFile();
        assertThat(out.resolve("report.html")).content().contains("<svg", "Training of prune");
        assertThat(printed).contains("original", "prune", "quantize");
    }

    @Test
    void aLadderClimbsUntilALimitIsKeptAndTheReportShowsItsRungs() throws Exception {
        // Given weights of 4 bits, which plainly lose more
        var step = "quantize: {scheme: weight-only, weights: {bits: 4}, minAgreement: 0.96}";
        var plan = new ExamplePlan(step).write(work, "seed: 3");

        // When
        int exitCode;
        String printed;
        try (var pitlane = STACK.get().compress(work, plan, "--out", "out")) {
            exitCode = pitlane.exitCode();
            printed = pitlane.printed();
        }

        // Then
        assertThat(exitCode).as(printed).isZero();
        var report = report(work.resolve("out"));
        var ladders = findings(report, QuantizationLadder.class);
        assertThat(ladders).hasSize(1);
        var ladder = ladders.get(0);
        assertThat(ladder.limit()).isEqualTo("minAgreement");
        assertThat(ladder.held()).isTrue();
        assertThat(ladder.rungs()).hasSizeGreaterThan(1);
        var last = ladder.rungs().get(ladder.rungs().size() - 1);
        assertThat(ladder.chosen()).isEqualTo(last.name());
        assertThat(last.measured())
                .isGreaterThanOrEqualTo(0.96)
                .isEqualTo(last.error().agreement());
        assertThat(ladder.rungs())
                .filteredOn(rung -> !rung.equals(last))
                .extracting(Rung::measured)
                .allMatch(agreement -> agreement < 0.96);
        // Other images than those of the ladder
        assertThat(report.models().get(1).fidelity().agreement())
                .isCloseTo(last.measured(), within(0.02));
        assertThat(findings(report, LayerSensitivity.class)).hasSize(1);
        assertThat(work.resolve("out/report.html"))
                .content()
                .contains("<h2>Ladder of quantization</h2>")
                .contains(ladder.rungs().stream().map(rung -> "<td>" + rung.name()).toList())
                .contains("within the limit, kept");
    }

    @Test
    void aKerasModelLosesAtMostAPointAtDefaultOptions() throws Exception {
        // Given
        var shared = Path.of(System.getProperty("pitlane.shared")).toAbsolutePath().normalize();
        assumeTrue(
                Files.isDirectory(shared.resolve("models/keras-gtsrb")),
                "the Keras GTSRB model and its images are not on this machine");
        var plan = Files.writeString(work.resolve("plan.yaml"), GTSRB_PLAN.formatted(shared));

        // When
        int exitCode;
        String printed;
        try (var pitlane = STACK.get().compress(work, plan, "--out", "out")) {
            exitCode = pitlane.exitCode();
            printed = pitlane.printed();
        }

        // Then
        assertThat(exitCode).as(printed).isZero();
        var report = report(work.resolve("out"));
        assertThat(report.models().get(0).accuracy().headline().value())
                .isCloseTo(0.947, within(0.005));
        assertThat(report.comparison().get(1).accuracyDrop()).isLessThanOrEqualTo(0.01);
        assertThat(report.comparison().get(1).sizeRatio()).isGreaterThan(8);
    }

    @Test
    void aRerunWithAnotherCalibrationTrainsNothing() throws Exception {
        // Given
        var plan =
                new ExamplePlan(
                                "prune: {ratio: 0.5, fineTune: {epochs: 1}}",
                                "distill: {training: {epochs: 1}}",
                                "quantize: {calibration: {method: min-max, samples: 64}}")
                        .write(work, "seed: 8");
        try (var compress = STACK.get().compress(work, plan, "--out", "first")) {
            assertThat(compress.exitCode()).as(compress.printed()).isZero();
        }
        var first = report(work.resolve("first"));
        var losses =
                STACK.get().topics().progress().stream()
                        .filter(progress -> progress.runId().equals(first.run()))
                        .filter(progress -> progress.loss() != null)
                        .toList();
        assertThat(losses).extracting(Progress::step).contains(0, 1).doesNotContain(2);
        assertThat(losses)
                .allSatisfy(
                        progress -> {
                            assertThat(progress.replica()).isNotEmpty();
                            assertThat(progress.attempt()).isEqualTo(1);
                            assertThat(progress.loss().epochs()).isEqualTo(1);
                        });

        // When
        var change = "quantize.calibration.method=mse";
        String printed;
        try (var rerun =
                PitlaneProcess.start(
                        work,
                        STACK.get().environment(),
                        "rerun",
                        first.run(),
                        "--set",
                        change,
                        "--out",
                        "second")) {
            assertThat(rerun.exitCode()).as(rerun.printed()).isZero();
            printed = rerun.printed();
        }

        // Then
        var second = report(work.resolve("second"));
        assertThat(second.lineage())
                .extracting(LineageEntry::cached)
                .containsExactly(true, true, false);
        assertThat(second.lineage().subList(0, 2))
                .isEqualTo(
                        first.lineage().subList(0, 2).stream()
                                .map(LineageEntry::asCached)
                                .toList());
        var message = "cached, from run " + first.run();
        assertThat(STACK.get().topics().progress())
                .filteredOn(progress -> progress.runId().equals(second.run()))
                .filteredOn(progress -> progress.step() < 2)
                .extracting(Progress::message)
                .containsExactly(message, message);
        assertThat(printed).contains("Cached, from earlier runs: prune, distill");
        assertThat(work.resolve("second/report.html")).content().contains("(cached)");
    }

    @Test
    void aTrainingIsCancelledAndItsCommandEnds() throws Exception {
        // Given
        var plan = new ExamplePlan("prune: {ratio: 0.5, fineTune: {epochs: 500}}").write(work);
        var environment = STACK.get().environment();
        try (var compress = STACK.get().compress(work, plan)) {
            var run = compress.awaitPrinted("Run (\\S+) at .*");
            compress.awaitPrinted("(\\[1/2] prune .*)");

            // When
            try (var cancel = PitlaneProcess.start(work, environment, "cancel", run)) {
                assertThat(cancel.exitCode()).as(cancel.printed()).isZero();
                assertThat(cancel.printed()).contains("Run " + run + " is cancelled, at step 1");
            }

            // Then
            assertThat(compress.exitCode()).isEqualTo(1);
            assertThat(compress.printed()).contains("The run was cancelled.");
        }
    }

    private static Plan readPlan(Path file) throws IOException {
        return PlanReader.read(Files.readString(file));
    }

    private static <F extends Finding> List<F> findings(Report report, Class<F> type) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static Report report(Path out) throws IOException {
        return ContractJson.MAPPER.readValue(out.resolve("report.json").toFile(), Report.class);
    }

    /** What a command prints that needs no server. */
    private String pitlane(String... arguments) throws InterruptedException {
        try (var process = PitlaneProcess.start(work, arguments)) {
            assertThat(process.exitCode()).as(process.printed()).isZero();
            return process.printed();
        }
    }

    /** Top-1 on the test set, through TensorFlow's own loader and nothing of ours. */
    private static double top1ByPlainTensorFlow(Path model, Plan plan) {
        var images = ImageSources.open(plan.data().test(), Path.of(""));
        var labels = images.labels().orElseThrow();
        var port = SavedModelReader.read(model).signature().inputs().get(0);
        var preprocessor = Preprocessor.of(plan.input(), port);
        int right = 0;
        try (var bundle = SavedModelBundle.load(model.toString(), "serve")) {
            var function = bundle.function("serving_default");
            var output = function.signature().outputNames().iterator().next();
            for (int start = 0; start < images.size(); start += 500) {
                int[] chunk =
                        IntStream.range(start, Math.min(start + 500, images.size())).toArray();
                var input = preprocessor.batch(images, chunk);
                try (var tensor =
                                TFloat32.tensorOf(
                                        Shape.of(input.shape()),
                                        DataBuffers.of(input.values(), true, false));
                        var result = function.call(Map.of(port.name(), tensor))) {
                    var scores = (TFloat32) result.get(output).orElseThrow();
                    for (int i = 0; i < chunk.length; i++) {
                        right += argmax(scores, i) == labels[chunk[i]] ? 1 : 0;
                    }
                }
            }
        }
        return right / (double) images.size();
    }

    private static int argmax(TFloat32 scores, int row) {
        int best = 0;
        for (int c = 1; c < scores.shape().get(1); c++) {
            if (scores.getFloat(row, c) > scores.getFloat(row, best)) {
                best = c;
            }
        }
        return best;
    }
}
