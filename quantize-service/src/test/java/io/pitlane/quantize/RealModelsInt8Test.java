package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;

class RealModelsInt8Test {
    private static final Set<String> LAYERS =
            Set.of(
                    "Conv2D",
                    "MatMul",
                    "DepthwiseConv2dNative",
                    "Conv2DBackpropInput",
                    "BatchMatMulV2",
                    "Einsum");

    @TempDir Path folder;

    /** Keras 2 and 3 export the same layers; one of them is enough here. */
    static Stream<String> realModels() {
        return RealModels.USABLE.stream()
                .filter(name -> !name.startsWith("keras2") && !name.startsWith("tf1-learning"));
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void aRealModelInInt8IsCloseToFloatAndReportsItsFloatLayers(String name) throws IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));

        // When
        var simulated =
                new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(images(graph)));
        var int8 = Int8Fixture.lowered(simulated);

        // Then
        var before = ModelOutputs.of(graph, 3, 1);
        var after = ModelOutputs.of(int8.graph(), 3, 1);
        var inFloat = ModelOutputs.of(simulated.graph(), 3, 1);
        for (var port : graph.signature().outputs()) {
            if (port.dtype() == DataType.DT_FLOAT && !dependsOnASortedOrder(name, port.name())) {
                assertThat(before.relativeL2(after, port.name())).as(port.name()).isLessThan(0.05);
                assertThat(before.relativeL2(inFloat, port.name()))
                        .as("simulated " + port.name())
                        .isLessThan(0.05);
            }
        }
        var left = int8.notes().stream().filter(note -> note.startsWith("left float: ")).toList();
        var layers =
                new BatchNormFolding()
                        .apply(graph).nodes().stream()
                                .filter(node -> LAYERS.contains(node.getOp()))
                                .toList();
        assertThat(int8.notes().get(0))
                .isEqualTo(
                        "%d of %d layers in int8"
                                .formatted(layers.size() - left.size(), layers.size()));
    }

    /** Boxes are sorted by score, and nearly equal scores change places; the scores suffice. */
    private static boolean dependsOnASortedOrder(String model, String port) {
        return model.equals("module-suppression") && !port.endsWith("scores");
    }

    private static FloatTensor images(FlatGraph graph) {
        var port = ModelInputs.of(graph.signature(), InputSpec.DEFAULT).image();
        var shape = new long[port.shape().size()];
        long size = 1;
        for (int i = 0; i < shape.length; i++) {
            long known = port.shape().get(i);
            shape[i] = known >= 0 ? known : i == 0 ? 8 : 20;
            size *= shape[i];
        }
        var random = new Random(9);
        var values = new float[(int) size];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, shape);
    }
}
