package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.loss.Teacher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The table of docs/distill-benchmark.md: a student of half the channels of a real Keras model,
 * trained with its teacher and without, from the same start, for as long, seed by seed, measured on
 * test images that no training and no selection uses.
 */
class GtsrbDistillationIT {
    private static final Path SHARED =
            Path.of(System.getProperty("pitlane.shared", "../shared")).toAbsolutePath();
    private static final Path DATA = SHARED.resolve("data/gtsrb");
    private static final String OPTIONS =
            System.getProperty(
                    "pitlane.benchmark.options", "{student: {width: 0.5, weights: fresh}}");
    private static final long[] SEEDS =
            Arrays.stream(System.getProperty("pitlane.benchmark.seeds", "1,2,3").split(","))
                    .mapToLong(Long::parseLong)
                    .toArray();

    private record Row(long seed, double alone, double distilled) {}

    @Test
    @EnabledIfSystemProperty(
            named = "pitlane.benchmark",
            matches = "distill",
            disabledReason = "takes minutes: run with -Dpitlane.benchmark=distill")
    void aStudentWithItsTeacherIsAtLeastAsGoodAsAlone() {
        var model = SHARED.resolve("models/keras-gtsrb");
        assumeThat(Files.exists(model) && Files.exists(DATA))
                .as("the GTSRB model and images lie in %s", SHARED)
                .isTrue();
        TensorFlowRuntime.load();
        var original = SavedModelReader.read(model);

        var rows = LongStream.of(SEEDS).mapToObj(seed -> row(original, seed)).toList();

        double alone = rows.stream().mapToDouble(Row::alone).average().orElseThrow();
        double distilled = rows.stream().mapToDouble(Row::distilled).average().orElseThrow();
        print("%s: mean alone %.2f %%, distilled %.2f %%", OPTIONS, 100 * alone, 100 * distilled);
        assertThat(distilled).isGreaterThanOrEqualTo(alone);
    }

    private static Row row(FlatGraph original, long seed) {
        var plan = plan(seed);
        var options = (DistillStep) plan.steps().get(0);
        var images = ImageSources.open(plan.data().train(), DATA);
        var input = Preprocessor.of(plan.input(), original.signature().inputs().get(0));
        var student =
                new StudentFactory(original, images, input, DATA)
                        .create(options.student())
                        .start(seed);
        var losses = new DistillationLosses(options, plan, images, input);
        var setup = new TrainingSetup(options, images, input, seed, Checkpoints.NONE);
        double alone =
                onTest(
                        setup.train(
                                        student,
                                        losses.withoutTeacher(student),
                                        "a",
                                        TrainingListener.NONE)
                                .graph(),
                        plan);
        double distilled;
        try (var session = GraphSession.open(original)) {
            var teacher = new Teacher(session, images.size(), options.training().augmentation());
            var terms = losses.withTeacher(student, original, teacher).terms();
            distilled =
                    onTest(setup.train(student, terms, "b", TrainingListener.NONE).graph(), plan);
        }
        print("seed %d: alone %.2f %%, distilled %.2f %%", seed, 100 * alone, 100 * distilled);
        return new Row(seed, alone, distilled);
    }

    private static double onTest(FlatGraph model, Plan plan) {
        var images = ImageSources.open(plan.data().test(), DATA);
        return new ValidationScorer(Optional.of(images), plan).score(model).orElseThrow().value();
    }

    private static Plan plan(long seed) {
        return PlanReader.read(
                """
                name: signs
                model: keras-gtsrb
                data:
                  train: {images: train-images-idx4-ubyte.gz, labels: train-labels-idx1-ubyte.gz}
                  test: {images: test-images-idx4-ubyte.gz, labels: test-labels-idx1-ubyte.gz}
                input: {resize: [30, 30]}
                steps: [{distill: %s}]
                seed: %d
                """
                        .formatted(OPTIONS, seed));
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
