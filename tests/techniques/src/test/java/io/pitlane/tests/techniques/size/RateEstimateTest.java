package io.pitlane.tests.techniques.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batch;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TrainingGraph;
import io.pitlane.training.loss.LossContext;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.RateLoss;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What the loss of a training for rate estimates, and what the packed file takes. */
class RateEstimateTest {
    private static final int ROWS = 500;
    private static final int COLUMNS = 200;
    private static final float STEP = 1f / 64;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theEstimateIsThatOfACoderThatDoesNotHaveToLearnTheCounts() {
        // Given
        var codes = codes();

        // When
        double estimated = (bitsBeyondZeros(codes) + bitsOfZeros(codes)) / Byte.SIZE;

        // Then
        double coded =
                PackedModelWriter.pack(graph(codes)).length
                        - PackedModelWriter.pack(graph(new int[codes.length])).length;
        assertThat(estimated).isBetween(0.75 * coded, coded);
    }

    /** Rows and columns of different density, geometric magnitudes, random signs. */
    private static int[] codes() {
        var random = new Random(8);
        var rows = random.doubles(ROWS, -3, 3).toArray();
        var columns = random.doubles(COLUMNS, -2, 2).toArray();
        var codes = new int[ROWS * COLUMNS];
        for (int i = 0; i < codes.length; i++) {
            double logit = rows[i / COLUMNS] + columns[i % COLUMNS] - 4;
            if (random.nextDouble() < 1 / (1 + Math.exp(-logit))) {
                codes[i] = random.nextBoolean() ? 1 : -1;
                while (random.nextDouble() < 0.4) {
                    codes[i] += Integer.signum(codes[i]);
                }
            }
        }
        return codes;
    }

    private static FlatGraph graph(int... codes) {
        var net = new SampleNetwork(1);
        var x = net.dense("dense", net.input("x", -1, ROWS), ROWS, COLUMNS);
        var values = new float[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = STEP * codes[i];
        }
        return net.output("y", x, -1, COLUMNS)
                .build()
                .edit()
                .put(new FloatTensor(values, ROWS, COLUMNS).toConst("dense/kernel"))
                .build();
    }

    private static double bitsBeyondZeros(int... codes) {
        var rate = new RateLoss(List.of("dense/kernel"), 1 / STEP, 1);
        try (var training =
                new TrainingGraph(
                        graph(codes),
                        InputSpec.DEFAULT,
                        List.of(new OutputSum(), rate),
                        Training.DEFAULT,
                        Map.of())) {
            return training.loss(
                    new Batch(new FloatTensor(new float[ROWS], 1, ROWS), new int[1], 1));
        }
    }

    private static double bitsOfZeros(int... codes) {
        var rows = new int[ROWS];
        var columns = new int[COLUMNS];
        int all = 0;
        for (int i = 0; i < codes.length; i++) {
            int flag = codes[i] == 0 ? 0 : 1;
            rows[i / COLUMNS] += flag;
            columns[i % COLUMNS] += flag;
            all += flag;
        }
        double bits = 0;
        for (int i = 0; i < codes.length; i++) {
            double logit =
                    logit(rows[i / COLUMNS], COLUMNS)
                            + logit(columns[i % COLUMNS], ROWS)
                            - logit(all, codes.length);
            bits += Math.log1p(Math.exp(logit)) / Math.log(2);
        }
        return bits;
    }

    private static double logit(double count, double of) {
        return Math.log((count + 0.4) / (of - count + 0.4));
    }

    /** The sum of the outputs, which is 0 for an input of zeros. */
    private record OutputSum() implements LossTerm {
        @Override
        public List<TensorRef> student() {
            return List.of(TensorRef.of("dense"));
        }

        @Override
        public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
            var tf = graph.tf();
            return tf.reduceSum(student.get(0), tf.constant(new int[] {0, 1}));
        }
    }
}
