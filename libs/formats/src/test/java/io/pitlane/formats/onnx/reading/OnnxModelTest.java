package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;

class OnnxModelTest {
    @TempDir Path temp;

    @Test
    void imagesWithTheChannelsFirstAreTurnedAtTheDoor() throws IOException {
        // Given
        var file = write(convolution("image", "features", 2, 3, 5, 7));

        // When
        var read = read(file, null);

        // Then
        assertThat(read.model().turned()).containsExactlyInAnyOrder("image", "features");
        assertThat(read.flat().signature().inputs().get(0).shape())
                .containsExactly(-1L, 5L, 7L, 3L);
        assertThat(read.flat().signature().outputs().get(0).shape())
                .containsExactly(-1L, 5L, 7L, 4L);
        assertThat(operations(read.flat())).doesNotContain("Transpose");
    }

    @Test
    void aConvolutionGivesTheSumsOfItsDefinition() throws IOException {
        // Given
        var graph = convolution("image", "features", 2, 3, 5, 7);
        var images = random(2, 3, 5, 7);

        // When
        var actual = read(write(graph), null).run(Map.of("image", images)).get("features");

        // Then
        var kernel = FloatTensor.of(new ConstantReader(temp).read(graph.getInitializer(0)));
        assertThat(actual.shape()).containsExactly(2, 4, 5, 7);
        assertThat(at(actual, 1, 2, 0, 6)).isCloseTo(sum(images, kernel, 1, 2, 0, 6), within());
        assertThat(at(actual, 0, 3, 2, 3)).isCloseTo(sum(images, kernel, 0, 3, 2, 3), within());
    }

    /** One value of a convolution of 3 x 3 with one zero on each side. */
    private static float sum(FloatTensor x, FloatTensor w, int n, int o, int row, int column) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    int y = row + i - 1;
                    int z = column + j - 1;
                    if (y >= 0 && y < 5 && z >= 0 && z < 7) {
                        sum += (double) at(x, n, c, y, z) * at(w, o, c, i, j);
                    }
                }
            }
        }
        return (float) sum;
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-4f);
    }

    private static float at(FloatTensor tensor, int... index) {
        int at = 0;
        for (int axis = 0; axis < index.length; axis++) {
            at = at * (int) tensor.shape()[axis] + index[axis];
        }
        return tensor.values()[at];
    }

    @Test
    void theLayoutThatIsToldCounts() throws IOException {
        // Given
        var graph = graph("image", "out", -1, 8, 4, 3).addNode(node("Relu", "out", "image"));
        var file = write(graph.build());

        // When
        var inferred = OnnxModel.read(file, null);
        var told = OnnxModel.read(file, Layout.NCHW);

        // Then
        assertThat(inferred.turned()).isEmpty();
        assertThat(told.turned()).containsExactlyInAnyOrder("image", "out");
        assertThat(told.graph().signature().inputs().get(0).shape())
                .containsExactly(-1L, 4L, 3L, 8L);
    }

    @Test
    void flattenedImagesNeedNoTranspositionBeforeADenseLayer() throws IOException {
        // Given
        var dense = random(10, 4 * 5 * 7);
        var graph =
                convolution("image", "features", -1, 3, 5, 7).toBuilder()
                        .addNode(node("Flatten", "flat", "features"))
                        .addNode(
                                node("Gemm", "scores", "flat", "dense").toBuilder()
                                        .addAttribute(integer("transB", 1)))
                        .addInitializer(constant("dense", dense))
                        .clearOutput()
                        .addOutput(port("features"))
                        .addOutput(port("scores"))
                        .build();
        var images = random(2, 3, 5, 7);

        // When
        var read = read(write(graph), null);
        var actual = read.run(Map.of("image", images));

        // Then
        assertThat(operations(read.flat())).doesNotContain("Transpose");
        var features = actual.get("features").values();
        int inputs = 4 * 5 * 7;
        double expected = 0;
        for (int i = 0; i < inputs; i++) {
            expected += (double) features[inputs + i] * dense.values()[3 * inputs + i];
        }
        assertThat(at(actual.get("scores"), 1, 3))
                .isCloseTo((float) expected, Offset.offset(1e-3f));
    }

    @Test
    void shuffledChannelsStayLast() throws IOException {
        // Given
        var graph =
                convolution("image", "features", -1, 3, 5, 7).toBuilder()
                        .addNode(node("Reshape", "groups", "features", "grouped"))
                        .addNode(
                                node("Transpose", "exchanged", "groups").toBuilder()
                                        .addAttribute(integers("perm", 0, 2, 1, 3, 4)))
                        .addNode(node("Reshape", "shuffled", "exchanged", "joined"))
                        .addInitializer(vector("grouped", -1, 2, 2, 5, 7))
                        .addInitializer(vector("joined", -1, 4, 5, 7))
                        .addOutput(port("shuffled"))
                        .build();

        // When
        var read = read(write(graph), null);
        var actual = read.run(Map.of("image", random(2, 3, 5, 7)));

        // Then
        assertThat(operations(read.flat())).containsOnlyOnce("Transpose");
        int[] from = {0, 2, 1, 3};
        for (int channel = 0; channel < 4; channel++) {
            assertThat(at(actual.get("shuffled"), 1, channel, 4, 2))
                    .isEqualTo(at(actual.get("features"), 1, from[channel], 4, 2));
        }
    }

    @Test
    void everyNodeThatCannotBeReadIsNamed() throws IOException {
        // Given
        var graph =
                graph("image", "out", -1, 3, 4, 4)
                        .addNode(node("Hardmax", "first", "image"))
                        .addNode(node("Relu", "second", "first"))
                        .addNode(
                                node("Relu", "out", "second").toBuilder().setDomain("com.example"));
        var file = write(graph.build());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("'first' (Hardmax): the operator is not supported")
                .hasMessageContaining("'out' (Relu): it is of the operator set 'com.example'");
    }

    @Test
    void aNodeThatNoOutputNeedsIsNotRefused() throws IOException {
        // Given
        var graph =
                graph("image", "out", -1, 3, 4, 4)
                        .addNode(node("Hardmax", "unused", "image"))
                        .addNode(node("Relu", "out", "image"));

        // When
        var model = OnnxModel.read(write(graph.build()), null);

        // Then
        assertThat(operations(model.graph())).contains("Relu").doesNotContain("Hardmax");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 180})
    void aFileThatIsCutShortIsInvalidInput(int bytes) throws IOException {
        // Given
        var whole = Files.readAllBytes(write(convolution("image", "features", 2, 3, 5, 7)));
        var file = Files.write(temp.resolve("cut.onnx"), Arrays.copyOf(whole, bytes));

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void nodesInAWrongOrderAreInvalidInput() throws IOException {
        // Given
        var graph =
                graph("image", "out", -1, 3, 4, 4)
                        .addNode(node("Relu", "out", "second"))
                        .addNode(node("Relu", "second", "out"));
        var file = write(graph.build());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'out' (Relu) reads 'second'");
    }

    @Test
    void aConstantThatDeclaresMoreThanItHoldsIsInvalidInput() throws IOException {
        // Given
        var huge =
                constant("kernel", random(1)).toBuilder()
                        .clearDims()
                        .addDims(1L << 20)
                        .addDims(1L << 20);
        var graph =
                graph("image", "out", -1, 3, 4, 4)
                        .addNode(node("Add", "out", "image", "kernel"))
                        .addInitializer(huge);
        var file = write(graph.build());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'kernel'")
                .hasMessageContaining("2 GiB");
    }

    @Test
    void aConstantOfShapeIsNotMadeWhereItWouldNotFit() throws IOException {
        // Given
        var graph =
                graph("image", "out", -1, 3, 4, 4)
                        .addNode(node("ConstantOfShape", "filled", "sizes"))
                        .addNode(node("Add", "out", "image", "filled"))
                        .addInitializer(vector("sizes", 1L << 30, 1L << 30));
        var file = write(graph.build());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'filled' (ConstantOfShape)");
    }

    @Test
    void constantsAreReadFromAFileBesideTheModel() throws IOException {
        // Given
        var graph = convolution("image", "features", 2, 3, 5, 7);
        var kernel = graph.getInitializer(0);
        Files.write(
                temp.resolve("weights.bin"),
                ByteString.copyFrom(new byte[16]).concat(kernel.getRawData()).toByteArray());
        var images = random(2, 3, 5, 7);
        var expected = read(write(graph), null).run(Map.of("image", images)).get("features");

        // When
        var file = write(external(graph, "weights.bin", 16));
        var actual = read(file, null).run(Map.of("image", images)).get("features");

        // Then
        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../weights.bin", "/etc/passwd", "missing.bin", ""})
    void noOtherFileIsRead(String location) throws IOException {
        // Given
        var graph = convolution("image", "features", 2, 3, 5, 7);
        Files.write(
                temp.resolve("weights.bin"), graph.getInitializer(0).getRawData().toByteArray());
        var folder = Files.createDirectory(temp.resolve("below"));
        var file =
                Files.write(
                        folder.resolve("model.onnx"),
                        model(external(graph, location, 0)).toByteArray());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'kernel'")
                .hasMessageContaining(file.toString());
    }

    @Test
    void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
        // Given
        var graph = convolution("image", "features", 2, 3, 5, 7);
        var weights =
                Files.write(
                        temp.resolve("weights.bin"),
                        graph.getInitializer(0).getRawData().toByteArray());
        var folder = Files.createDirectory(temp.resolve("below"));
        Files.createSymbolicLink(folder.resolve("link.bin"), weights);
        var file =
                Files.write(
                        folder.resolve("model.onnx"),
                        model(external(graph, "link.bin", 0)).toByteArray());

        // When, Then
        assertThatThrownBy(() -> OnnxModel.read(file, null))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("not below the model's folder");
    }

    private static OnnxMl.GraphProto external(
            OnnxMl.GraphProto graph, String location, long offset) {
        var kernel =
                graph.getInitializer(0).toBuilder()
                        .clearRawData()
                        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", location))
                        .addExternalData(entry("offset", String.valueOf(offset)));
        return graph.toBuilder().setInitializer(0, kernel).build();
    }

    private static OnnxMl.StringStringEntryProto entry(String key, String value) {
        return OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private ReadModel read(Path file, Layout layout) {
        return ReadModel.of(file, layout, temp.resolve("saved"));
    }

    private static List<String> operations(FlatGraph graph) {
        return graph.nodes().stream().map(NodeDef::getOp).toList();
    }

    private Path write(OnnxMl.GraphProto graph) throws IOException {
        return Files.write(temp.resolve("model.onnx"), model(graph).toByteArray());
    }

    private static OnnxMl.ModelProto model(OnnxMl.GraphProto graph) {
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    /** A convolution of 3 x 3 to four channels, padded by 1. */
    private static OnnxMl.GraphProto convolution(String input, String output, long... shape) {
        return graph(input, output, shape)
                .addNode(
                        node("Conv", output, input, "kernel").toBuilder()
                                .addAttribute(integers("pads", 1, 1, 1, 1)))
                .addInitializer(constant("kernel", random(4, 3, 3, 3)))
                .build();
    }

    private static OnnxMl.GraphProto.Builder graph(String input, String output, long... shape) {
        var sizes = OnnxMl.TensorShapeProto.newBuilder();
        for (long size : shape) {
            var dimension = OnnxMl.TensorShapeProto.Dimension.newBuilder();
            sizes.addDim(size < 0 ? dimension.setDimParam("batch") : dimension.setDimValue(size));
        }
        var type = OnnxMl.TypeProto.Tensor.newBuilder().setElemType(1).setShape(sizes);
        return OnnxMl.GraphProto.newBuilder()
                .setName("graph")
                .addInput(
                        OnnxMl.ValueInfoProto.newBuilder()
                                .setName(input)
                                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type)))
                .addOutput(port(output));
    }

    private static OnnxMl.ValueInfoProto port(String name) {
        return OnnxMl.ValueInfoProto.newBuilder().setName(name).build();
    }

    private static NodeProto node(String type, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        var attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static OnnxMl.TensorProto vector(String name, long... values) {
        var tensor =
                OnnxMl.TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
                        .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private static OnnxMl.TensorProto constant(String name, FloatTensor value) {
        var bytes =
                ByteBuffer.allocate(value.values().length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(value.values());
        var tensor =
                OnnxMl.TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        for (long size : value.shape()) {
            tensor.addDims(size);
        }
        return tensor.build();
    }

    private static FloatTensor random(long... shape) {
        int size = 1;
        for (long one : shape) {
            size *= (int) one;
        }
        var random = new Random(size);
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }
}
