package io.pitlane.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.contract.training.Training.Optimizer.Method;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TinyModels;
import io.pitlane.training.TrainingGraph;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares three steps of every update rule with a computation in double precision. */
class OptimizerStepTest {
    private static final double RATE = 0.05;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest(name = "{0}, momentum {1}, decay {2}, clip {3}")
    @CsvSource({
        "SGD, 0, 0,", "SGD, 0.9, 0,", "SGD, 0.9, 0.1,", "SGD, 0.9, 0, 0.05",
        "ADAM, 0.9, 0,", "ADAM, 0.9, 0.1,", "ADAM, 0.9, 0, 0.05", "ADAMW, 0.9, 0.1,"
    })
    void weightsMoveAsTheRuleSays(Method method, double momentum, double decay, Double clipNorm) {
        var options = new Optimizer(method, momentum, decay, clipNorm);
        var model = TinyModels.classifier(1, "Softmax");
        var rule = new RuleByHand(options);
        try (var graph = graph(model, options)) {
            var batch = batch(model);
            for (int step = 0; step < 3; step++) {
                rule.step(graph.constants(), graph.gradients(batch));

                graph.step(batch, RATE, step, 1);

                assertClose(graph.constants(), rule.weights);
            }
        }
    }

    private static TrainingGraph graph(FlatGraph model, Optimizer optimizer) {
        var head = Head.of(model, model.signature().outputs().get(0));
        int[] labels = TinyModels.stripes(16, 5, true).labels().orElseThrow();
        var options =
                Training.builder()
                        .epochs(1)
                        .learningRate(RATE)
                        .batchSize(16)
                        .optimizer(optimizer)
                        .build();
        return new TrainingGraph(
                model,
                InputSpec.DEFAULT,
                List.of(new ClassificationLoss(head, 1, labels, 0)),
                options,
                Map.of());
    }

    private static Batch batch(FlatGraph model) {
        var images = TinyModels.stripes(16, 5, true);
        return new Batches(images, TinyModels.preprocessor(model), 16).inOrder().next();
    }

    private static void assertClose(
            Map<String, FloatTensor> actual, Map<String, double[]> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        actual.forEach(
                (name, tensor) -> {
                    for (int i = 0; i < tensor.values().length; i++) {
                        assertThat((double) tensor.values()[i])
                                .as("%s[%d]", name, i)
                                .isCloseTo(expected.get(name)[i], within(2e-4));
                    }
                });
    }

    /** The update rules as in their papers, with weight decay on kernels only. */
    private static final class RuleByHand {
        private final Optimizer options;
        private final Map<String, double[]> first = new HashMap<>();
        private final Map<String, double[]> second = new HashMap<>();
        private final Map<String, double[]> weights = new HashMap<>();
        private int steps;

        RuleByHand(Optimizer options) {
            this.options = options;
        }

        void step(Map<String, FloatTensor> before, Map<String, FloatTensor> gradients) {
            steps++;
            double squares =
                    gradients.values().stream().mapToDouble(RuleByHand::sumOfSquares).sum();
            double norm = Math.sqrt(squares);
            double scale = options.clipNorm() == null ? 1 : Math.min(1, options.clipNorm() / norm);
            before.forEach((name, w) -> step(name, w, gradients.get(name), scale));
        }

        private static double sumOfSquares(FloatTensor gradient) {
            double sum = 0;
            for (float g : gradient.values()) {
                sum += (double) g * g;
            }
            return sum;
        }

        private void step(String name, FloatTensor before, FloatTensor gradient, double scale) {
            int size = before.values().length;
            var m = first.computeIfAbsent(name, n -> new double[size]);
            var v = second.computeIfAbsent(name, n -> new double[size]);
            double decay = name.endsWith("kernel") ? options.weightDecay() : 0;
            var after = new double[size];
            for (int i = 0; i < size; i++) {
                double w = before.values()[i];
                double g = gradient.values()[i] * scale;
                if (options.method() == Method.SGD) {
                    m[i] = options.momentum() * m[i] + g + decay * w;
                    after[i] = w - RATE * m[i];
                    continue;
                }
                boolean decoupled = options.method() == Method.ADAMW;
                g += decoupled ? 0 : decay * w;
                w -= decoupled ? RATE * decay * w : 0;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                double unbiased =
                        Math.sqrt(1 - Math.pow(0.999, steps)) / (1 - Math.pow(0.9, steps));
                after[i] = w - RATE * unbiased * m[i] / (Math.sqrt(v[i]) + 1e-7);
            }
            weights.put(name, after);
        }
    }
}
