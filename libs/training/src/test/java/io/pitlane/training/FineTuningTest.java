package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class FineTuningTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void aSmallSetIsOverfitted() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(48, 5, true);

        var trained = tune(model, model, images, training(60), loss(1, 0), Map.of(), 7);

        assertThat(hits(model, images)).isLessThan(40);
        assertThat(hits(trained, images)).isEqualTo(48);
    }

    @Test
    void softTargetsAloneMakeTheStudentAgreeWithTheTeacher() {
        var images = TinyModels.stripes(48, 5, true);
        var start = TinyModels.classifier(1, "Softmax");
        var teacher = tune(start, start, images, training(60), loss(1, 0), Map.of(), 7);

        var student =
                tune(
                        TinyModels.classifier(2, "Softmax"),
                        teacher,
                        TinyModels.stripes(48, 5, false),
                        training(60),
                        loss(1, 1),
                        Map.of(),
                        7);

        assertThat(hits(student, TinyModels.stripes(48, 6, true))).isGreaterThan(44);
    }

    @Test
    void theSeedDeterminesTheWeights() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(300, 5, true);

        var once = tune(model, model, images, training(3), loss(0.5, 0.5), Map.of(), 7);
        var again = tune(model, model, images, training(3), loss(0.5, 0.5), Map.of(), 7);
        var other = tune(model, model, images, training(3), loss(0.5, 0.5), Map.of(), 8);

        assertThat(again.toGraphDef()).isEqualTo(once.toGraphDef());
        assertThat(other.toGraphDef()).isNotEqualTo(once.toGraphDef());
    }

    @Test
    void maskedWeightsAreZeroFromTheFirstStepToTheLast() {
        var model = TinyModels.classifier(1, "Softmax");
        var kernel = FloatTensor.of(model.node("dense/kernel"));
        var mask = kernel.map(v -> Math.abs(v) > 0.08 ? 1 : 0);

        var trained =
                tune(
                        model,
                        model,
                        TinyModels.stripes(300, 5, true),
                        training(3),
                        loss(1, 0),
                        Map.of("dense/kernel", mask),
                        7);

        float[] values = FloatTensor.of(trained.node("dense/kernel")).values();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i] == 0).as("[%d]", i).isEqualTo(mask.values()[i] == 0);
        }
    }

    @Test
    void onlyWeightsChangeInTheGraph() {
        var model = TinyModels.classifier(1, "Softmax");

        var trained =
                tune(
                        model,
                        model,
                        TinyModels.stripes(48, 5, true),
                        training(2),
                        loss(1, 0),
                        Map.of(),
                        7);

        assertThat(trained.nodes()).hasSameSizeAs(model.nodes());
        for (var node : model.nodes()) {
            boolean changed = !trained.node(node.getName()).equals(node);
            assertThat(changed)
                    .as(node.getName())
                    .isEqualTo(
                            List.of(
                                            "conv/kernel",
                                            "bn/gamma",
                                            "bn/beta",
                                            "dense/kernel",
                                            "dense/bias")
                                    .contains(node.getName()));
        }
    }

    @Test
    void theTrainedGraphGivesTheValidationLoss() {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(16, 5, true);
        var head = Head.of(model, model.signature().outputs().get(0));
        var losses =
                List.<LossTerm>of(
                        new ClassificationLoss(head, 1, images.labels().orElseThrow(), 0));
        var batch = new Batches(images, TinyModels.preprocessor(model), 16).inOrder().next();
        try (var graph =
                new TrainingGraph(model, InputSpec.DEFAULT, losses, Training.DEFAULT, Map.of())) {
            for (int step = 0; step < 5; step++) {
                graph.step(batch, 0.01, step, 1);
            }
            var trained = graph.with(graph.constants());

            try (var again =
                    new TrainingGraph(
                            trained, InputSpec.DEFAULT, losses, Training.DEFAULT, Map.of())) {
                assertThat(again.loss(batch)).isCloseTo(graph.loss(batch), within(1e-6f));
            }
        }
    }

    @Test
    void aModelOfFixedBatchSizeTrainsWithThatBatch() {
        var model = TinyModels.classifier(1, "Softmax", 5);
        var images = TinyModels.stripes(48, 5, true);

        var trained = tune(model, model, images, training(20), loss(0.5, 0.5), Map.of(), 7);

        assertThat(trained.toGraphDef()).isNotEqualTo(model.toGraphDef());
    }

    @Test
    void logitsAndProbabilitiesOfTheSameClassesCountOnce() {
        var model = TinyModels.classifier(1, "Softmax");
        var logits =
                new GraphSignature.Port(
                        "logits", TensorRef.of("logits"), DataType.DT_FLOAT, List.of(-1L, 3L));
        var both =
                model.edit().outputs(List.of(logits, model.signature().outputs().get(0))).build();

        assertThat(HeadPair.of(both, both))
                .singleElement()
                .extracting(pair -> pair.student().kind())
                .isEqualTo(Head.Kind.SOFTMAX);
    }

    @Test
    void aDecomposedSoftmaxIsRecognised() {
        var model = TinyModels.classifier(1, null);
        var edit = model.edit();
        edit.put(NodeBuilder.intVector("axis", -1));
        edit.put(node("Exp", "exp", "logits").build());
        edit.put(
                node("Sum", "sum", "exp", "axis")
                        .type("Tidx", DataType.DT_INT32)
                        .bool("keep_dims", true)
                        .build());
        edit.put(node("RealDiv", "division", "exp", "sum").build());
        var output = model.signature().outputs().get(0).at(TensorRef.of("division"));

        var head = Head.of(edit.outputs(List.of(output)).build(), output);

        assertThat(head.kind()).isEqualTo(Head.Kind.SOFTMAX);
        assertThat(head.tensor()).isEqualTo(TensorRef.of("logits"));
    }

    @Test
    void aModelThatIsNotFiniteBeforeTheFirstStepIsReportedWithWhatToDo() {
        var model = TinyModels.classifier(1, "Softmax");
        var broken =
                model.edit()
                        .put(
                                FloatTensor.of(model.node("dense/bias"))
                                        .map(v -> Double.NaN)
                                        .toConst("dense/bias"))
                        .build();

        assertThatThrownBy(
                        () ->
                                tune(
                                        broken,
                                        model,
                                        TinyModels.stripes(8, 5, true),
                                        training(1),
                                        loss(1, 0),
                                        Map.of(),
                                        7))
                .isInstanceOf(FailureException.class)
                .hasMessage("Training cannot start: the loss is NaN before the first step.")
                .extracting(e -> ((FailureException) e).action())
                .asString()
                .startsWith("Check that input in the plan matches the training of the model");
    }

    @Test
    void aTeacherWhoseOutputsAreNotFiniteIsReportedWithTheImage() {
        var model = TinyModels.classifier(1, "Softmax");
        var overflowing =
                model.edit()
                        .put(
                                FloatTensor.of(model.node("dense/bias"))
                                        .map(v -> Double.POSITIVE_INFINITY)
                                        .toConst("dense/bias"))
                        .build();

        assertThatThrownBy(
                        () ->
                                tune(
                                        model,
                                        overflowing,
                                        TinyModels.stripes(8, 5, false),
                                        training(1),
                                        loss(0, 1),
                                        Map.of(),
                                        7))
                .isInstanceOf(FailureException.class)
                .hasMessageMatching(
                        "The teacher's output 'logits' is Infinity for training image \\d\\.")
                .extracting(e -> ((FailureException) e).action())
                .asString()
                .startsWith("Check that input in the plan matches the training of the teacher");
    }

    @Test
    void progressEndsAtOneAndNamesEveryEpoch() {
        var model = TinyModels.classifier(1, "Softmax");
        var fractions = new ArrayList<Double>();
        var messages = new ArrayList<String>();

        new FineTuning(model, model, Task.CLASSIFICATION, training(3), loss(0.5, 0.5), 7)
                .run(
                        TinyModels.stripes(300, 5, true),
                        TinyModels.preprocessor(model),
                        (fraction, message, loss) -> {
                            fractions.add(fraction);
                            messages.add(message);
                        });

        assertThat(fractions).isSorted().last().isEqualTo(1.0);
        assertThat(messages).anyMatch(m -> m.startsWith("step 17/51, epoch 1/3, loss "));
        assertThat(messages).last().asString().contains("validation loss");
    }

    private static NodeBuilder node(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DataType.DT_FLOAT);
        List.of(inputs).forEach(node::input);
        return node;
    }

    private static Training training(int epochs) {
        return Training.builder().epochs(epochs).learningRate(0.01).batchSize(16).build();
    }

    private static DistillationLoss loss(double labels, double softTargets) {
        return DistillationLoss.builder()
                .labels(labels)
                .softTargets(softTargets)
                .temperature(2)
                .build();
    }

    private static FlatGraph tune(
            FlatGraph student,
            FlatGraph teacher,
            ImageSet images,
            Training training,
            DistillationLoss loss,
            Map<String, FloatTensor> masks,
            long seed) {
        return new FineTuning(student, teacher, Task.CLASSIFICATION, training, loss, seed)
                .withMasks(masks)
                .run(images, TinyModels.preprocessor(student), TrainingListener.NONE)
                .graph();
    }

    private static int hits(FlatGraph graph, ImageSet images) {
        int[] labels = images.labels().orElseThrow();
        int hits = 0;
        try (var session = GraphSession.open(graph)) {
            for (int i = 0; i < labels.length; i++) {
                var input = TinyModels.preprocessor(graph).apply(images.image(i));
                float[] scores = session.run(input).get(0).values();
                boolean best = true;
                for (float score : scores) {
                    best &= score <= scores[labels[i]];
                }
                hits += best ? 1 : 0;
            }
        }
        return hits;
    }
}
