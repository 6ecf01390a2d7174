package io.pitlane.training.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TinyModels;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.weights.TrainableParameters;
import io.pitlane.training.weights.TrainableWeight;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

class HeadTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void argMaxOfScoresLeadsBackToTheLogits() {
        var model =
                ending(
                        DT_INT64,
                        NodeBuilder.constant("axis", scalar(1)),
                        op("ArgMax", "out", "out0", "axis")
                                .type("Tidx", DT_INT32)
                                .type("output_type", DT_INT64)
                                .build());

        assertThat(head(model))
                .isEqualTo(new Head("out", TensorRef.of("logits"), Head.Kind.SOFTMAX));
        assertThat(ScoredHead.of(model, Task.CLASSIFICATION, null)).contains(head(model));
    }

    @Test
    void argMaxOfLogitsLeadsBackToTheLogits() {
        var model =
                ending(
                        DT_INT32,
                        NodeBuilder.constant("axis", scalar(-1)),
                        op("ArgMax", "choice", "logits", "axis")
                                .type("Tidx", DT_INT32)
                                .type("output_type", DT_INT64)
                                .build(),
                        NodeBuilder.of("Cast", "out")
                                .input("choice")
                                .type("SrcT", DT_INT64)
                                .type("DstT", DT_INT32)
                                .build());

        assertThat(head(model))
                .isEqualTo(new Head("out", TensorRef.of("logits"), Head.Kind.SOFTMAX));
    }

    @Test
    void topKClassesLeadBackToTheLogits() {
        var model =
                ending(
                        DT_FLOAT,
                        NodeBuilder.constant("k", scalar(2)),
                        op("TopKV2", "out", "out0", "k").build());

        assertThat(head(model))
                .isEqualTo(new Head("out", TensorRef.of("logits"), Head.Kind.SOFTMAX));
    }

    @Test
    void aThresholdOnASigmoidLeadsBackToItsLogits() {
        var model =
                ending(
                        DT_BOOL,
                        op("Sigmoid", "sigmoid", "logits").build(),
                        NodeBuilder.constant("half", new FloatTensor(new float[] {0.5f}).toProto()),
                        op("Greater", "out", "sigmoid", "half").build());

        assertThat(head(model))
                .isEqualTo(new Head("out", TensorRef.of("logits"), Head.Kind.SIGMOID));
    }

    @Test
    void anIntegerOutputThatIsNotAClassHasNoHead() {
        var model =
                ending(DT_INT32, op("Shape", "out", "logits").type("out_type", DT_INT32).build());

        assertThatThrownBy(() -> head(model)).hasMessageContaining("The output 'out' is neither");
        assertThat(HeadPair.of(model, model)).isEmpty();
    }

    @Test
    void aClassifierWithAClassOutputIsTrainedOnLabels() {
        var model =
                ending(
                        DT_INT64,
                        NodeBuilder.constant("axis", scalar(1)),
                        op("ArgMax", "out", "out0", "axis")
                                .type("Tidx", DT_INT32)
                                .type("output_type", DT_INT64)
                                .build());
        var images = TinyModels.stripes(300, 5, true);
        var options = Training.builder().epochs(6).learningRate(0.01).batchSize(16).build();
        var losses = new TaskLosses(Task.CLASSIFICATION, images, options).labels(model, 1).stream();

        var trained =
                new Trainer(model, losses.toList(), options, 7)
                        .run(images, TinyModels.preprocessor(model), TrainingListener.NONE);

        assertThat(trained.validationLoss()).isLessThan(0.1);
    }

    @Test
    void weightsBeforeAnOperationWithoutGradientAreNotTrainedAndNamed() {
        var model = TinyModels.classifier(1, null);
        var blocked =
                model.edit()
                        .put(
                                op("FakeQuantWithMinMaxArgs", "quantized", "elu")
                                        .build()
                                        .toBuilder()
                                        .removeAttr("T")
                                        .build())
                        .setInput("flat", 0, TensorRef.of("quantized"))
                        .build();

        var parameters =
                TrainableParameters.of(
                        blocked, List.of(TensorRef.of("logits")), Training.BatchNorm.TRAINED);

        assertThat(parameters.weights())
                .extracting(TrainableWeight::name)
                .containsExactlyInAnyOrder("dense/kernel", "dense/bias");
        assertThat(parameters.norms()).isEmpty();
        assertThat(parameters.notes())
                .containsExactly(
                        "weights before 'quantized' (FakeQuantWithMinMaxArgs) are not trained: no gradient");
    }

    private static TensorProto scalar(int value) {
        return TensorProto.newBuilder()
                .setDtype(DT_INT32)
                .setTensorShape(NodeBuilder.shapeProto())
                .addIntVal(value)
                .build();
    }

    private static Head head(FlatGraph model) {
        return Head.of(model, model.signature().outputs().get(0));
    }

    /** The tiny classifier with softmax, and further nodes after {@code out0} or {@code logits}. */
    private static FlatGraph ending(DataType type, NodeDef... more) {
        var edit = TinyModels.classifier(1, null).edit();
        edit.put(op("Softmax", "out0", "logits").build());
        List.of(more).forEach(edit::put);
        return edit.outputs(
                        List.of(
                                new GraphSignature.Port(
                                        "out", TensorRef.of("out"), type, List.of(-1L))))
                .build();
    }

    private static NodeBuilder op(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        List.of(inputs).forEach(node::input);
        return node;
    }
}
