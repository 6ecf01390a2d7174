package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.weights.WeightFinder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleGraphsTrainTest {
    private static final ImageSet IMAGES = noise(48);
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.RGB).scale(1 / 255.0).build();

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aPerturbedModelRecoversFromItsTeacher(String name) {
        var teacher = SampleGraphs.all().get(name).get();
        var student = perturbed(teacher);
        var task =
                switch (name) {
                    case "unet" -> Task.SEGMENTATION;
                    case "detector" -> Task.DETECTION;
                    default -> Task.CLASSIFICATION;
                };

        var trained =
                new FineTuning(student, teacher, task, training(), softTargetsOnly(), 3)
                        .run(IMAGES, input(student), TrainingListener.NONE)
                        .graph();

        assertThat(distance(trained, teacher)).isLessThan(0.5 * distance(student, teacher));
        assertThat(trained.nodes()).hasSameSizeAs(student.nodes());
    }

    private static Training training() {
        return Training.builder()
                .epochs(12)
                .learningRate(0.005)
                .batchSize(16)
                .batchNorm(BatchNorm.TRAINED)
                .build();
    }

    private static DistillationLoss softTargetsOnly() {
        return DistillationLoss.builder().labels(0).softTargets(1).temperature(1).build();
    }

    static FlatGraph perturbed(FlatGraph graph) {
        var random = new Random(5);
        var edit = graph.edit();
        for (var weight : WeightFinder.find(graph)) {
            var value = FloatTensor.of(graph.node(weight.name()));
            edit.put(
                    value.map(v -> v + 0.3 * random.nextGaussian() * (Math.abs(v) + 0.05))
                            .toConst(weight.name()));
        }
        return edit.build();
    }

    private static double distance(FlatGraph one, FlatGraph other) {
        double sum = 0;
        for (int i = 0; i < IMAGES.size(); i += 4) {
            var batch = input(one).batch(IMAGES, new int[] {i, i + 1, i + 2, i + 3});
            var left = outputs(one, batch);
            var right = outputs(other, batch);
            for (int k = 0; k < left.size(); k++) {
                sum += squares(left.get(k).values(), right.get(k).values());
            }
        }
        return sum;
    }

    private static List<FloatTensor> outputs(FlatGraph graph, FloatTensor batch) {
        try (var session = GraphSession.open(graph)) {
            return session.run(batch);
        }
    }

    private static double squares(float[] left, float[] right) {
        return IntStream.range(0, left.length)
                .mapToDouble(i -> Math.pow(left[i] - right[i], 2))
                .sum();
    }

    static Preprocessor input(FlatGraph graph) {
        return Preprocessor.of(INPUT, graph.signature().inputs().get(0));
    }

    static ImageSet noise(int count) {
        var random = new Random(9);
        return ImageSet.of(
                IntStream.range(0, count)
                        .mapToObj(
                                i -> {
                                    var pixels = new byte[16 * 16 * 3];
                                    random.nextBytes(pixels);
                                    return new Image(16, 16, 3, pixels);
                                })
                        .toList());
    }
}
