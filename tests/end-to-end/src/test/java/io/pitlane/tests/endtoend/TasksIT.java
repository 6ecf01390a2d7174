package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;

/** Models that are not classifiers, through the whole stack. */
@Tag("containers")
class TasksIT {
    /** What a few epochs on little data make of each model is not judged. */
    private static final Map<String, String> ANY_QUALITY =
            Map.of(
                    "segmentation", "{maxAccuracyDrop: 1}",
                    "regression", "{maxErrorIncrease: 1000}",
                    "detection", "{maxRelativeL2: 1000}");

    private static final String STEPS =
            """
            input: {scale: 0.00392156862745098}
            steps:
              - prune: {ratio: 0.25, fineTune: {epochs: 1}}
              - distill: {training: {epochs: 3}}
              - quantize: {calibration: {samples: 32}}
              - bench: {batchSizes: [1], seconds: 0.1}
            seed: 6
            """;

    @RegisterExtension static final SharedStack STACK = new SharedStack();

    @TempDir Path work;
    private Path model;
    private RectangleImages test;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @BeforeEach
    void nothingIsThere() {
        model = work.resolve("out/model");
    }

    @Test
    void aSegmenterLearnsItsMasksAndPlainTensorFlowCountsTheSamePixels() throws Exception {
        // Given
        draw("keras2-unet", 16, 16);

        // When
        var report = compress("keras2-unet", "segmentation", ", masks: %s/masks");

        // Then
        var before = (Accuracy.Segmentation) report.models().get(0).accuracy();
        var after = (Accuracy.Segmentation) report.models().get(3).accuracy();
        assertThat(after.meanIou()).isGreaterThan(before.meanIou());
        assertThat(after.pixelAccuracy()).isCloseTo(pixelAccuracy(), within(1e-4));
    }

    @Test
    void aRegressionIsMeasuredByTheOutputThatThePlanNames() throws Exception {
        // Given
        draw("keras2-steering", 40, 36);

        // When
        var report =
                compress(
                        "keras2-steering",
                        "regression\noutput: steering",
                        ", targets: %s/middles.csv");

        // Then
        var before = (Accuracy.Regression) report.models().get(0).accuracy();
        var after = (Accuracy.Regression) report.models().get(3).accuracy();
        assertThat(after.meanAbsoluteError()).isLessThan(before.meanAbsoluteError());
        assertThat(after.meanAbsoluteError()).isCloseTo(meanAbsoluteError(), within(1e-4));
    }

    @Test
    void aDetectorWithRawOutputsIsMeasuredByItsClosenessToTheOriginal() throws Exception {
        // Given
        draw("keras2-detector", 32, 32);

        // When
        var report = compress("keras2-detector", "detection", "");

        // Then
        assertThat(report.models()).allMatch(figures -> figures.accuracy() == null);
        assertThat(report.models().get(0).fidelity().relativeL2()).isZero();
        assertThat(report.models().get(3).fidelity().relativeL2()).isBetween(1e-6, 1.0);
    }

    private void draw(String name, int width, int height) throws IOException {
        RealModels.unpack(name, work);
        RectangleImages.draw(work.resolve("train"), width, height, 300);
        test = RectangleImages.draw(work.resolve("test"), width, height, 60);
    }

    private Report compress(String name, String task, String annotations) throws Exception {
        var lines =
                """
                name: %1$s
                model: %1$s
                task: %2$s
                data:
                  train: {folder: train/images%3$s}
                  test: {folder: test/images%4$s}
                constraints: %5$s
                %6$s
                """
                        .formatted(
                                name,
                                task,
                                annotations.formatted("train"),
                                annotations.formatted("test"),
                                ANY_QUALITY.get(task.lines().findFirst().orElseThrow()),
                                STEPS);
        Files.writeString(work.resolve("plan.yaml"), lines);
        try (var run = STACK.get().compress(work, Path.of("plan.yaml"), "--out", "out")) {
            assertThat(run.exitCode()).as(run.printed()).isZero();
        }
        return ContractJson.MAPPER.readValue(
                work.resolve("out/report.json").toFile(), Report.class);
    }

    private double pixelAccuracy() throws IOException {
        long right = 0;
        try (var bundle = SavedModelBundle.load(model.toString(), "serve")) {
            for (int i = 0; i < test.count(); i++) {
                try (var scores = output(bundle, i)) {
                    right += rightPixels(scores, i);
                }
            }
        }
        return right / (16.0 * 16 * test.count());
    }

    private long rightPixels(TFloat32 scores, int index) {
        long right = 0;
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                int best = 0;
                for (int c = 1; c < scores.shape().get(3); c++) {
                    if (scores.getFloat(0, y, x, c) > scores.getFloat(0, y, x, best)) {
                        best = c;
                    }
                }
                right += best == test.classAt(index, x, y) ? 1 : 0;
            }
        }
        return right;
    }

    private double meanAbsoluteError() throws IOException {
        double sum = 0;
        try (var bundle = SavedModelBundle.load(model.toString(), "serve")) {
            for (int i = 0; i < test.count(); i++) {
                try (var steering = output(bundle, i)) {
                    sum += Math.abs(steering.getFloat(0, 0) - test.middle(i));
                }
            }
        }
        return sum / test.count();
    }

    private TFloat32 output(SavedModelBundle bundle, int index) throws IOException {
        var function = bundle.function("serving_default");
        var signature = function.signature();
        var input = new float[][][][] {test.pixels(index)};
        var name =
                signature.outputNames().contains("steering")
                        ? "steering"
                        : signature.outputNames().iterator().next();
        try (var tensor = TFloat32.tensorOf(StdArrays.ndCopyOf(input))) {
            var result = function.call(Map.of(signature.inputNames().iterator().next(), tensor));
            return (TFloat32) result.get(name).orElseThrow();
        }
    }
}
