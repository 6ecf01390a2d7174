package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.weights.BatchNorms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;

class TrainedBatchNormTest {
    private static final int IMAGES = 16;
    private static final ImageSet SET = TinyModels.stripes(IMAGES, 5, true);

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void trainingUsesBatchStatisticsAndValidationRunningStatistics() {
        var model = TinyModels.classifier(1, "Softmax");
        try (var graph = graph(model)) {
            var batch = batch(model);

            float checked = graph.loss(batch);
            float trained = graph.step(batch, 0, 0, 1).loss();

            assertThat(checked).isCloseTo((float) lossByHand(model, batch), within(1e-4f));
            assertThat(trained)
                    .isCloseTo(
                            (float) lossByHand(normalisedByTheBatch(model), batch), within(1e-4f));
            assertThat(trained).isNotCloseTo(checked, within(1e-2f));
        }
    }

    @Test
    void gradientsFlowThroughTheBatchStatistics() {
        var model = TinyModels.classifier(1, "Softmax");
        var batch = batch(model);
        try (var graph = graph(model)) {
            var gradients = graph.gradients(batch);

            for (var name : List.of("conv/kernel", "bn/gamma", "bn/beta", "dense/kernel")) {
                for (int at = 0; at < 4; at++) {
                    double slope =
                            (loss(model, name, at, 1e-2) - loss(model, name, at, -1e-2)) / 2e-2;
                    assertThat((double) gradients.get(name).values()[at])
                            .as("%s[%d]", name, at)
                            .isCloseTo(slope, within(1e-3 + 0.01 * Math.abs(slope)));
                }
            }
        }
    }

    @Test
    void runningStatisticsAreUpdatedFromBatches() {
        var model = TinyModels.classifier(1, "Softmax");
        var batch = batch(model);
        var ofBatch = statisticsByHand(model, batch);
        try (var graph = graph(model)) {

            graph.step(batch, 0, 0, 1);
            var once = graph.constants();
            graph.step(batch, 0, 100_000, 1);
            var again = graph.constants();

            double early = 2.0 / 11;
            for (var name : List.of("bn/mean", "bn/variance")) {
                float[] before = FloatTensor.of(model.node(name)).values();
                double[] batchs = ofBatch.get(name);
                for (int c = 0; c < before.length; c++) {
                    double first = early * before[c] + (1 - early) * batchs[c];
                    assertThat((double) once.get(name).values()[c]).isCloseTo(first, within(1e-4));
                    assertThat((double) again.get(name).values()[c])
                            .isCloseTo(0.99 * first + 0.01 * batchs[c], within(1e-4));
                }
            }
        }
    }

    @Test
    void theTrainedModelUsesRunningStatistics() {
        var model = TinyModels.classifier(1, "Softmax");
        var batch = batch(model);
        try (var graph = graph(model)) {
            for (int step = 0; step < 20; step++) {
                graph.step(batch, 0.01, step, 1);
            }

            var trained = graph.with(graph.constants());

            assertThat(trained.node("bn")).isEqualTo(model.node("bn"));
            assertThat(trained.nodes()).hasSameSizeAs(model.nodes());
            assertThat((float) lossByHand(trained, batch))
                    .isCloseTo(graph.loss(batch), within(1e-4f));
        }
    }

    @Test
    void aStatisticSharedWithAnotherUseIsNotTrained() {
        var model = TinyModels.classifier(1, "Softmax");
        var merged = model.edit().setInput("bn", 4, TensorRef.of("bn/gamma")).build();

        assertThat(BatchNorms.of(merged)).isEmpty();
        assertThat(BatchNorms.of(model)).hasSize(1);
    }

    @Test
    void theDefaultRateIsHigherWhereAutoTrainsStatistics() {
        var model = TinyModels.classifier(1, "Softmax");
        var untrainable = model.edit().setInput("bn", 4, TensorRef.of("bn/gamma")).build();
        var auto = Training.builder().epochs(1).batchNorm(Training.BatchNorm.AUTO).build();

        assertThat(rate(model, auto)).isEqualTo(0.003);
        assertThat(rate(untrainable, auto)).isEqualTo(0.001);
        assertThat(rate(model, auto.toBuilder().batchSize(15).build())).isEqualTo(0.001);
        assertThat(rate(model, auto.toBuilder().learningRate(0.01).build())).isEqualTo(0.01);
        assertThat(rate(model, Training.builder().epochs(1).build())).isEqualTo(0.001);
    }

    private static double rate(FlatGraph model, Training options) {
        var head = Head.of(model, model.signature().outputs().get(0));
        var loss = new ClassificationLoss(head, 1, SET.labels().orElseThrow(), 0);
        return new Trainer(model, List.of(loss), options, 1)
                .run(SET, TinyModels.preprocessor(model), TrainingListener.NONE)
                .learningRate();
    }

    private static TrainingGraph graph(FlatGraph model) {
        var head = Head.of(model, model.signature().outputs().get(0));
        var loss = new ClassificationLoss(head, 1, SET.labels().orElseThrow(), 0);
        var options =
                Training.builder()
                        .epochs(1)
                        .learningRate(0.01)
                        .batchSize(IMAGES)
                        .batchNorm(Training.BatchNorm.TRAINED)
                        .build();
        return new TrainingGraph(model, InputSpec.DEFAULT, List.of(loss), options, Map.of());
    }

    private static Batch batch(FlatGraph model) {
        return new Batches(SET, TinyModels.preprocessor(model), IMAGES).inOrder().next();
    }

    private static FlatGraph normalisedByTheBatch(FlatGraph model) {
        var edit = model.edit();
        edit.put(new FloatTensor(new float[0], 0).toConst("none"));
        edit.put(
                model.node("bn").toBuilder()
                        .putAttr("is_training", AttrValue.newBuilder().setB(true).build())
                        .setInput(3, "none")
                        .setInput(4, "none")
                        .build());
        return edit.build();
    }

    private static double loss(FlatGraph model, String name, int at, double by) {
        var weight = FloatTensor.of(model.node(name)).map(v -> v);
        weight.values()[at] += (float) by;
        var moved = model.edit().put(weight.toConst(name)).build();
        return lossByHand(normalisedByTheBatch(moved), batch(model));
    }

    private static double lossByHand(FlatGraph model, Batch batch) {
        int[] labels = SET.labels().orElseThrow();
        float[] z = run(model, batch, "logits");
        double sum = 0;
        for (int i = 0; i < IMAGES; i++) {
            double total = 0;
            for (int c = 0; c < TinyModels.CLASSES; c++) {
                total += Math.exp(z[i * TinyModels.CLASSES + c]);
            }
            sum += Math.log(total) - z[i * TinyModels.CLASSES + labels[i]];
        }
        return sum / IMAGES;
    }

    private static float[] run(FlatGraph model, Batch batch, String node) {
        try (var session = GraphSession.open(model)) {
            return session.run(batch.images(), TensorRef.of(node)).values();
        }
    }

    private static Map<String, double[]> statisticsByHand(FlatGraph model, Batch batch) {
        float[] values = run(model, batch, "conv");
        int channels = FloatTensor.of(model.node("bn/mean")).values().length;
        int rows = values.length / channels;
        var mean = new double[channels];
        var variance = new double[channels];
        for (int i = 0; i < values.length; i++) {
            mean[i % channels] += (double) values[i] / rows;
        }
        for (int i = 0; i < values.length; i++) {
            double off = values[i] - mean[i % channels];
            variance[i % channels] += off * off / (rows - 1);
        }
        return Map.of("bn/mean", mean, "bn/variance", variance);
    }
}
