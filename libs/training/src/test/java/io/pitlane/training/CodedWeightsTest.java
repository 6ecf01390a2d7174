package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.WeightFinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodedWeightsTest {
    private static final ImageSet IMAGES = TinyModels.stripes(240, 1, true);
    private static final FlatGraph MODEL = TinyModels.classifier(4, "Softmax");
    private static final Training OPTIONS =
            Training.builder().epochs(6).batchSize(16).validation(0.2).build();

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsPassTheRoundingUnchangedAndReachTheSteps(boolean perChannel) {
        // Given
        var options = new CodeOptions(1, 0.06, 0.002, perChannel);
        try (var coded = graph(MODEL, Optional.of(options));
                var plain = graph(coded.with(coded.constants()), Optional.empty());
                var batches = batches().inOrder()) {
            var batch = batches.next();
            var weights = QuantizedGraph.of(coded.with(coded.constants())).floats();

            // When
            var gradients = coded.gradients(batch);
            var expected = plain.gradients(batch);

            // Then
            for (var weight : WeightFinder.find(MODEL)) {
                var name = weight.name();
                var values = FloatTensor.of(weights.node(name)).values();
                var ofWeight = expected.get(name).values();
                var ofLatent = gradients.get(name).values();
                var ofExponent = gradients.get(name + "/step_exponent").values();
                var steps = coded.constants().get(name + "/step").values();
                var sums = new double[steps.length];
                for (int i = 0; i < values.length; i++) {
                    double step = steps[i % steps.length];
                    assertThat((double) ofLatent[i])
                            .as(name)
                            .isCloseTo(30 * step * ofWeight[i], within(1e-4));
                    sums[i % steps.length] += (double) ofWeight[i] * values[i];
                }
                for (int i = 0; i < sums.length; i++) {
                    assertThat((double) ofExponent[i]).as(name).isCloseTo(sums[i], within(1e-4));
                }
            }
        }
    }

    @Test
    void theStartIsTheModelRoundedToMultiplesOfItsDeviation() {
        try (var coded = graph(MODEL, Optional.of(new CodeOptions(0, 0.03, 0.001, false)))) {
            // When
            var made = QuantizedGraph.of(coded.with(coded.constants()));

            // Then
            var before = FloatTensor.of(MODEL.node("dense/kernel")).values();
            var after = FloatTensor.of(made.floats().node("dense/kernel")).values();
            double step = made.of(TensorRef.of("dense/kernel")).orElseThrow().scale();
            assertThat(step).isCloseTo(deviation(before), within(1e-6));
            for (int i = 0; i < before.length; i++) {
                double code = Math.floor(before[i] / step + 0.5);
                assertThat((double) after[i]).isCloseTo(code * step, within(1e-5));
            }
        }
    }

    @Test
    void aHigherWeightOfABitLeavesFewerWeights() {
        var cheap = trained(MODEL, new CodeOptions(1e-5, 0.05, 0.001, false));
        var dear = trained(MODEL, new CodeOptions(3e-3, 0.05, 0.001, false));

        assertThat(nonZero(dear)).isPositive().isLessThan(nonZero(cheap) / 2);
    }

    @Test
    void theModelIsThatOfTheLastEpochAndQuantized() {
        // When
        var trained =
                trainer(MODEL, new CodeOptions(1e-4, 0.05, 0.001, false))
                        .run(IMAGES, TinyModels.preprocessor(MODEL), TrainingListener.NONE);

        // Then
        assertThat(trained.bestEpoch()).isEqualTo(6);
        var parts = QuantizedGraph.of(trained.graph());
        for (var name : List.of("conv/kernel", "dense/kernel")) {
            var quantization = parts.of(TensorRef.of(name)).orElseThrow();
            var values = FloatTensor.of(parts.floats().node(name));
            assertThat(quantization.rounded(values)).isEqualTo(values);
        }
    }

    @Test
    void codesThatAreKnownAreTrainedOn() {
        // Given
        var first = trained(MODEL, new CodeOptions(1e-4, 0.05, 0.001, true));
        var parts = QuantizedGraph.of(first);
        var kernel = TensorRef.of("dense/kernel");
        var known = Map.of("dense/kernel", parts.of(kernel).orElseThrow());

        // When
        var options = new CodeOptions(1e-4, 0.05, 0.001, false, known);
        try (var graph = graph(parts.floats(), Optional.of(options))) {
            var again = QuantizedGraph.of(graph.with(graph.constants()));

            // Then
            assertThat(again.of(kernel).map(Quantization::axis)).contains(1);
            var before = FloatTensor.of(parts.floats().node("dense/kernel")).values();
            var after = FloatTensor.of(again.floats().node("dense/kernel")).values();
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
            }
        }
    }

    private static double deviation(float... values) {
        double mean = 0;
        for (float value : values) {
            mean += (double) value / values.length;
        }
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / values.length);
    }

    private static long nonZero(FlatGraph graph) {
        long count = 0;
        for (float value : FloatTensor.of(graph.node("dense/kernel")).values()) {
            count += value == 0 ? 0 : 1;
        }
        return count;
    }

    private static FlatGraph trained(FlatGraph model, CodeOptions codes) {
        return trainer(model, codes)
                .run(IMAGES, TinyModels.preprocessor(model), TrainingListener.NONE)
                .graph();
    }

    private static Trainer trainer(FlatGraph model, CodeOptions codes) {
        return new Trainer(model, labels(model), OPTIONS, 7)
                .withMaskSchedule(MaskSchedule.FINAL_AT_THE_END)
                .withCodes(codes);
    }

    private static TrainingGraph graph(FlatGraph model, Optional<CodeOptions> codes) {
        return new TrainingGraph(
                model, InputSpec.DEFAULT, labels(model), OPTIONS, Map.of(), Map.of(), false, codes);
    }

    private static Batches batches() {
        return new Batches(IMAGES, TinyModels.preprocessor(MODEL), 16);
    }

    private static List<LossTerm> labels(FlatGraph model) {
        var head = Head.of(model, model.signature().outputs().get(0));
        return List.of(new ClassificationLoss(head, 1, IMAGES.labels().orElseThrow(), 0));
    }
}
