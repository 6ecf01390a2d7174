package io.pitlane.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class PackedModelTest {
    @TempDir Path folder;

    @Test
    void aFrozenGraphIsConvertedToASavedModel() throws IOException {
        try (var temp = TempFolder.create()) {
            // When
            var model =
                    PackedModel.unpackedFolder(
                            frozen(), new FrozenGraphPorts(null, List.of("softmax")), temp);

            // Then
            assertThat(model).startsWith(temp.path()).hasFileName("net");
            var signature = SavedModelReader.read(model).signature();
            assertThat(signature.inputs()).extracting(port -> port.name()).containsExactly("image");
            assertThat(signature.outputs())
                    .extracting(port -> port.name())
                    .containsExactly("softmax");
        }
    }

    @Test
    void theOutputsThatAFrozenGraphCouldHaveAreListed() throws IOException {
        try (var temp = TempFolder.create()) {
            var file = frozen();

            assertThatThrownBy(() -> PackedModel.unpackedFolder(file, null, temp))
                    .hasMessageContaining("'relu' (Relu), 'softmax' (Softmax)")
                    .hasMessageContaining("net.pb");
        }
    }

    private Path frozen() throws IOException {
        var graph =
                GraphDef.newBuilder()
                        .addNode(
                                NodeBuilder.of("Placeholder", "image")
                                        .type("dtype", DataType.DT_FLOAT)
                                        .shape("shape", -1, 8, 8, 3)
                                        .build())
                        .addNode(node("Relu", "relu"))
                        .addNode(node("Softmax", "softmax"))
                        .build();
        return Files.write(folder.resolve("net.pb"), graph.toByteArray());
    }

    private static NodeDef node(String op, String name) {
        return NodeBuilder.of(op, name).input("image").type("T", DataType.DT_FLOAT).build();
    }
}
