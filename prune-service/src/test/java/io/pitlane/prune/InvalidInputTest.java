package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;

/** Unusable models and data are refused with a message that names the cause. */
class InvalidInputTest {
    private static final int CLASSES = 4;
    private static final int IMAGES = 8;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Makes a valid input invalid. */
    private interface Change {
        void to(Input input) throws IOException;
    }

    private record Case(String name, Change change, List<String> words) {
        static Case of(String name, Change change, String... words) {
            return new Case(name, change, List.of(words));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.of(
                        "a model that reads a file",
                        input ->
                                input.graph(
                                        graph -> {
                                            graph.addNode(NodeBuilder.intVector("path", 1));
                                            graph.addNode(
                                                    NodeBuilder.of("ReadFile", "reader")
                                                            .input("path")
                                                            .build());
                                            node(graph, "probs").setInput(0, "reader");
                                        }),
                        "'reader'",
                        "ReadFile"),
                Case.of(
                        "a weight that is not a number",
                        input -> input.kernel(bytes(3 * 3 * 16, Float.NaN)),
                        "'c1/kernel'",
                        "NaN"),
                Case.of(
                        "a constant of three gigabytes",
                        input -> input.shape(3L << 28),
                        "'c1/kernel'",
                        "2 GiB"),
                Case.of(
                        "a constant whose size overflows",
                        input -> input.shape(1L << 62),
                        "'c1/kernel'",
                        "2 GiB"),
                Case.of(
                        "a constant with a negative dimension",
                        input -> input.shape(-3),
                        "'c1/kernel'",
                        "dimension of -3"),
                Case.of(
                        "a constant with too few bytes",
                        input -> input.kernel(bytes(7, 1)),
                        "'c1/kernel'",
                        "declares 576 bytes and holds 28"),
                Case.of(
                        "a truncated model",
                        input -> {
                            var whole = Files.readAllBytes(input.file());
                            Files.write(input.file(), Arrays.copyOf(whole, whole.length / 2));
                        },
                        "saved_model.pb",
                        "damaged or cut short"),
                Case.of(
                        "a label outside the classes",
                        input -> input.labels(IMAGES, CLASSES + 5),
                        "9"),
                Case.of("fewer labels than images", input -> input.labels(IMAGES - 1, 0), "7", "8"),
                Case.of(
                        "not one image",
                        input -> {
                            input.images(0, 8);
                            input.labels(0, 0);
                        },
                        "not one image"),
                Case.of(
                        "images of another size",
                        input -> input.images(IMAGES, 10),
                        "10x10",
                        "8x8"),
                Case.of(
                        "truncated images",
                        input -> Files.write(input.data("images"), new byte[] {0, 0, 8, 3, 0}),
                        "images"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isRefusedWithItsCause(Case invalid) throws IOException {
        // Given
        var input = new Input(folder);
        invalid.change().to(input);

        // When
        var failure =
                catchThrowableOfType(
                        FailureException.class,
                        () -> new PruneStage().run(input.task(), (fraction, message) -> {}));

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
        assertThat(failure.getMessage()).contains(invalid.words()).endsWith(".");
        assertThat(failure.action()).isNotBlank();
    }

    private static ByteString bytes(int count, float value) {
        var bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    private static NodeDef.Builder node(GraphDef.Builder graph, String name) {
        return graph.getNodeBuilderList().stream()
                .filter(node -> node.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A valid model and valid data, to be changed. */
    private static final class Input {
        private final Path folder;

        Input(Path folder) throws IOException {
            this.folder = folder;
            var net = new TestNet(-1, 8, 8, 1);
            var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 16), 16));
            var flat = net.reshape("flat", net.pool("p1", c1), -1, 256);
            var logits = net.bias("b2", net.dense("d", flat, 256, CLASSES), CLASSES);
            SavedModelWriter.write(net.graph(net.op("Softmax", "probs", logits)), model());
            images(IMAGES, 8);
            labels(IMAGES, 0);
        }

        private Path model() {
            return folder.resolve("model");
        }

        Path file() {
            return model().resolve("saved_model.pb");
        }

        Path data(String name) {
            return folder.resolve(name);
        }

        void graph(Consumer<GraphDef.Builder> change) throws IOException {
            var saved = SavedModel.parseFrom(Files.readAllBytes(file())).toBuilder();
            change.accept(saved.getMetaGraphsBuilder(0).getGraphDefBuilder());
            Files.write(file(), saved.build().toByteArray());
        }

        /** Other bytes under the same shape. */
        void kernel(ByteString content) throws IOException {
            graph(graph -> change(graph, tensor -> tensor.setTensorContent(content)));
        }

        /** Another first dimension, and one value for all. */
        void shape(long size) throws IOException {
            graph(
                    graph ->
                            change(
                                    graph,
                                    tensor -> {
                                        tensor.getTensorShapeBuilder()
                                                .getDimBuilder(0)
                                                .setSize(size);
                                        tensor.clearTensorContent().addFloatVal(1);
                                    }));
        }

        private static void change(GraphDef.Builder graph, Consumer<TensorProto.Builder> change) {
            var node = node(graph, "c1/kernel");
            var value = node.getAttrOrThrow("value").toBuilder();
            change.accept(value.getTensorBuilder());
            node.putAttr("value", value.build());
        }

        void images(int count, int side) throws IOException {
            var images = ByteBuffer.allocate(16 + count * side * side);
            images.putInt(0x0803).putInt(count).putInt(side).putInt(side);
            Files.write(data("images"), images.array());
        }

        void labels(int count, int label) throws IOException {
            var labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
            while (labels.hasRemaining()) {
                labels.put((byte) label);
            }
            Files.write(data("labels"), labels.array());
        }

        StageTask task() throws IOException {
            var data = new DataSource.Idx("images", "labels");
            var fineTune = Training.builder().epochs(1).learningRate(0.01).batchSize(4).build();
            var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
            var plan =
                    Plan.builder()
                            .name("invalid")
                            .model("model")
                            .data(new DataSpec(data, data))
                            .input(
                                    InputSpec.builder()
                                            .channels(InputSpec.Channels.GREY)
                                            .scale(1 / 255.0)
                                            .build())
                            .steps(
                                    List.of(
                                            PruneStep.builder()
                                                    .method(PruneStep.Method.CHANNELS)
                                                    .ratio(0.5)
                                                    .fineTune(fineTune)
                                                    .loss(labelsOnly)
                                                    .build()))
                            .seed(3L)
                            .build();
            var model = new StageTask.LocalModel("original", model(), "0", 0, List.of());
            return new StageTask(
                    "run",
                    plan,
                    0,
                    List.of(model),
                    folder,
                    "0",
                    List.of(),
                    Files.createDirectories(folder.resolve("output")),
                    Files.createDirectories(folder.resolve("checkpoints")),
                    30,
                    null);
        }
    }
}
