package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.loss.Teacher;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

class SelectedBoxesTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theInputsOfANonMaximumSuppressionAreCompared() {
        var detector = combined();

        assertThat(HeadPair.of(detector, detector))
                .extracting(HeadPair::student)
                .containsExactlyInAnyOrder(
                        new Head("fine/softmax", TensorRef.of("fine/scores"), Head.Kind.SOFTMAX),
                        new Head("all", TensorRef.of("all"), Head.Kind.LINEAR));
    }

    @Test
    void indicesOfASuppressionLeadToItsBoxes() {
        var detector = gathered();

        assertThat(HeadPair.of(detector, detector))
                .extracting(pair -> pair.student().tensor())
                .containsExactly(TensorRef.of("flat"));
    }

    @Test
    void aDetectorWithNonMaximumSuppressionIsTrained() {
        var teacher = combined();
        var student = SampleGraphsTrainTest.perturbed(teacher);
        var images = SampleGraphsTrainTest.noise(48);
        var options = Training.builder().epochs(8).learningRate(0.005).batchSize(16).build();
        try (var session = GraphSession.open(teacher)) {
            var follow = new Teacher(session, images.size(), options.augmentation());
            var losses =
                    new TaskLosses(Task.DETECTION, images, options)
                            .distillation(student, teacher, follow, 1, 1);

            var trained =
                    new Trainer(student, losses, options, 3)
                            .run(
                                    images,
                                    SampleGraphsTrainTest.input(student),
                                    TrainingListener.NONE)
                            .graph();

            assertThat(distance(trained, teacher)).isLessThan(0.5 * distance(student, teacher));
        }
    }

    private static double distance(FlatGraph one, FlatGraph other) {
        var images = SampleGraphsTrainTest.noise(8);
        var batch = SampleGraphsTrainTest.input(one).batch(images, new int[] {0, 1, 2, 3, 4, 5});
        try (var left = GraphSession.open(one);
                var right = GraphSession.open(other)) {
            float[] a = left.run(batch, TensorRef.of("all")).values();
            float[] b = right.run(batch, TensorRef.of("all")).values();
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += Math.pow(a[i] - b[i], 2);
            }
            return sum;
        }
    }

    /** The sample detector with its fine scale followed by a CombinedNonMaxSuppression. */
    private static FlatGraph combined() {
        var edit = SampleGraphs.detector().edit();
        edit.put(NodeBuilder.intVector("all/shape", -1, 128, 1, 4));
        edit.put(reshape("all", "fine/boxes", "all/shape"));
        edit.put(NodeBuilder.constant("limit", integer(5)));
        edit.put(new FloatTensor(new float[] {0.5f}).toConst("threshold"));
        edit.put(
                NodeBuilder.of("CombinedNonMaxSuppression", "nms")
                        .input("all")
                        .input("fine/softmax")
                        .input("limit")
                        .input("limit")
                        .input("threshold")
                        .input("threshold")
                        .build());
        return edit.outputs(
                        List.of(
                                port("boxes", new TensorRef("nms", 0)),
                                port("scores", new TensorRef("nms", 1)),
                                port("classes", new TensorRef("nms", 2))))
                .build();
    }

    /** The sample detector with its fine boxes selected by a NonMaxSuppressionV3. */
    private static FlatGraph gathered() {
        var edit = SampleGraphs.detector().edit();
        edit.put(NodeBuilder.intVector("flat/shape", -1, 4));
        edit.put(reshape("flat", "fine/boxes", "flat/shape"));
        edit.put(NodeBuilder.intVector("best/axis", 1));
        edit.put(
                NodeBuilder.of("Max", "best")
                        .input("flat")
                        .input("best/axis")
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .build());
        edit.put(NodeBuilder.constant("limit", integer(5)));
        edit.put(new FloatTensor(new float[] {0.5f}).toConst("threshold"));
        edit.put(
                NodeBuilder.of("NonMaxSuppressionV3", "nms")
                        .input("flat")
                        .input("best")
                        .input("limit")
                        .input("threshold")
                        .input("threshold")
                        .type("T", DT_FLOAT)
                        .build());
        edit.put(NodeBuilder.constant("first", integer(0)));
        edit.put(
                NodeBuilder.of("GatherV2", "selected")
                        .input("flat")
                        .input("nms")
                        .input("first")
                        .type("Tparams", DT_FLOAT)
                        .type("Tindices", DT_INT32)
                        .type("Taxis", DT_INT32)
                        .build());
        return edit.outputs(List.of(port("boxes", TensorRef.of("selected")))).build();
    }

    private static NodeDef reshape(String name, String input, String shape) {
        return NodeBuilder.of("Reshape", name)
                .input(input)
                .input(shape)
                .type("T", DT_FLOAT)
                .type("Tshape", DT_INT32)
                .build();
    }

    private static TensorProto integer(int value) {
        return TensorProto.newBuilder()
                .setDtype(DT_INT32)
                .setTensorShape(NodeBuilder.shapeProto())
                .addIntVal(value)
                .build();
    }

    private static GraphSignature.Port port(String name, TensorRef tensor) {
        return new GraphSignature.Port(name, tensor, DT_FLOAT, null);
    }
}
