package io.pitlane.graph.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.operation.OpAllowList;
import io.pitlane.graph.operation.RegisteredOps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

class SafetyCheckTest {
    private static final NodeDef READ_FILE =
            NodeBuilder.of("ReadFile", "spy").input("path").build();
    private static final NodeDef PATH = NodeBuilder.intVector("path", 1);

    @TempDir Path folder;

    @BeforeEach
    void write() {
        SavedModelWriter.write(SampleGraphs.plain(), folder);
    }

    @Test
    void aFileReadOnTheWayToAnOutputIsRefused() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE);
                    node(model, "softmax").setInput(0, "spy");
                });

        assertRefused("spy", "ReadFile");
    }

    @Test
    void aFileReadBehindAControlEdgeIsRefused() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE);
                    node(model, "softmax").addInput("^spy");
                });

        assertRefused("spy", "ReadFile");
    }

    @Test
    void aFileReadInAFunctionOfAFunctionIsRefused() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(call("outer").toBuilder().addInput("conv1"));
                    model.getGraphDefBuilder()
                            .getLibraryBuilder()
                            .addFunction(function("outer", call("inner")))
                            .addFunction(function("inner", READ_FILE));
                    node(model, "softmax").addInput("^call");
                });

        assertRefused("spy", "ReadFile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"saved_model_main_op", "legacy_init_op"})
    void aFileReadWhileTheModelIsInitialisedIsRefused(String collection) throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE);
                    model.putCollectionDef(collection, nodeList("spy"));
                });

        assertRefused("spy", "ReadFile", "while it is loaded");
    }

    @Test
    void aFileReadByTheInitialisationSignatureIsRefused() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE);
                    model.putSignatureDef(
                            "__saved_model_init_op",
                            SignatureDef.newBuilder()
                                    .putOutputs(
                                            "__saved_model_init_op",
                                            TensorInfo.newBuilder().setName("spy").build())
                                    .build());
                });

        assertRefused("spy", "ReadFile", "while it is loaded");
    }

    @Test
    void aFileReadThatNothingReachesDoesNotMatter() throws IOException {
        change(model -> model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE));

        assertThat(SavedModelReader.read(folder).find("spy")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WriteFile",
                "PyFunc",
                "EagerPyFunc",
                "PrintV2",
                "Print",
                "MatchingFiles",
                "HashTableV2",
                "LookupTableFindV2",
                "RestoreV2",
                "SaveV2",
                "LoadLibrary",
                "XlaCallModule",
                "RpcCall",
                "TFRecordReaderV2",
                "Send",
                "_Recv",
                "NoSuchOp"
            })
    void noFileNetworkPrintTableOrPythonOperationIsAllowed(String op) {
        assertThat(OpAllowList.allows(op)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Conv2D",
                "QuantizeV2",
                "Dequantize",
                "_FusedQuantizedConv2D",
                "_QuantizedMatMul",
                "QuantizedMaxPool",
                "QuantizedAvgPool"
            })
    void whatACompressedModelRunsIsAllowed(String op) {
        assertThat(OpAllowList.allows(op)).isTrue();
    }

    @Test
    void everyAllowedOperationExists() throws IOException {
        try (var list = OpAllowList.class.getResourceAsStream("allowed-ops.txt")) {
            var ops =
                    new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .flatMap(line -> Stream.of(line.split(" ")))
                            .filter(op -> !op.isEmpty())
                            .toList();

            assertThat(ops).hasSizeGreaterThan(300).doesNotHaveDuplicates();
            assertThat(ops).allMatch(RegisteredOps::contains);
        }
    }

    @Test
    void whatMadeATensorThatIsFedDoesNotMatter() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder().addNode(PATH).addNode(READ_FILE);
                    var input = model.getSignatureDefOrThrow("serving_default").getInputsMap();
                    var image = input.values().iterator().next().getName().split(":")[0];
                    node(model, image).setOp("PlaceholderWithDefault").addInput("spy");
                });

        assertThat(SavedModelReader.read(folder).find("spy")).isEmpty();
    }

    @Test
    void aLoopIsRefusedWithWhatToDo() throws IOException {
        change(
                model ->
                        node(model, "relu1")
                                .setOp("Enter")
                                .putAttr("frame_name", AttrValue.getDefaultInstance()));

        assertRefused("relu1", "Enter", "loop");
    }

    @Test
    void aNodeThatIsNotThereIsRefused() throws IOException {
        change(model -> node(model, "relu1").setInput(0, "nowhere"));

        assertRefused("nowhere");
    }

    @Test
    void aPlaceholderThatIsNotFedIsRefused() throws IOException {
        change(
                model -> {
                    model.getGraphDefBuilder()
                            .addNode(
                                    NodeBuilder.of("Placeholder", "rate")
                                            .type("dtype", DT_FLOAT)
                                            .build());
                    node(model, "bias1").setInput(1, "rate");
                });

        assertRefused("rate", "not an input of the signature");
    }

    private void change(Consumer<MetaGraphDef.Builder> change) throws IOException {
        var file = folder.resolve("saved_model.pb");
        var model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(model.getMetaGraphsBuilder(0));
        Files.write(file, model.build().toByteArray());
    }

    private static NodeDef.Builder node(MetaGraphDef.Builder model, String name) {
        return model.getGraphDefBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static NodeDef call(String function) {
        var attribute =
                AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build();
        return NodeBuilder.of("StatefulPartitionedCall", "call")
                .attr("f", attribute)
                .types("Tin", List.of(DT_FLOAT))
                .types("Tout", List.of(DT_INT32))
                .build();
    }

    private static FunctionDef function(String name, NodeDef body) {
        return FunctionDef.newBuilder()
                .setSignature(OpDef.newBuilder().setName(name))
                .addNodeDef(body)
                .build();
    }

    private static CollectionDef nodeList(String node) {
        return CollectionDef.newBuilder()
                .setNodeList(CollectionDef.NodeList.newBuilder().addValue(node))
                .build();
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> SavedModelReader.read(folder))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> assertThat(refusal.getMessage()).contains(words));
    }
}
