package io.pitlane.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            var model = PackedModel.unpackedFolder(frozen(), outputs("softmax"), temp);

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
    void anOnnxModelIsConvertedToASavedModel() throws IOException {
        // Given
        var file = folder.resolve("net.onnx");
        OnnxExport.of(SampleGraphs.residual()).write(file, new ExportMetadata("test", Map.of()));

        try (var temp = TempFolder.create()) {
            // When
            var inferred = PackedModel.unpackedFolder(file, ImportOptions.INFERRED, temp);
            var told = PackedModel.unpackedFolder(file, new ImportOptions(null, Layout.NCHW), temp);

            // Then
            assertThat(inferred).startsWith(temp.path()).hasFileName("net");
            assertThat(SavedModelReader.read(inferred).signature().inputs().get(0).shape())
                    .containsExactly(-1L, 16L, 16L, 3L);
            assertThat(SavedModelReader.read(told).signature().inputs().get(0).shape())
                    .containsExactly(-1L, 16L, 3L, 16L);
        }
    }

    @Test
    void theOutputsThatAFrozenGraphCouldHaveAreListed() throws IOException {
        try (var temp = TempFolder.create()) {
            var file = frozen();

            assertThatThrownBy(() -> PackedModel.unpackedFolder(file, ImportOptions.INFERRED, temp))
                    .hasMessageContaining("'relu' (Relu), 'softmax' (Softmax)")
                    .hasMessageContaining("net.pb");
        }
    }

    @Test
    void anArchiveThatUnpacksToMoreThanAllowedIsRefused() throws IOException {
        // Given
        var model = Files.createDirectory(folder.resolve("model"));
        Files.write(model.resolve("saved_model.pb"), new byte[2000]);
        var packed = folder.resolve("net.tar.gz");
        Archive.pack(model, packed);
        var target = folder.resolve("target");

        // Then
        assertThatThrownBy(() -> PackedModel.unpack(packed, target, limit("1K")))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("PITLANE_ARTIFACT_MAX_UNPACKED"))
                .hasMessageContaining("net.tar.gz unpacks to more than 1024 bytes");
        assertThatThrownBy(() -> PackedModel.unpack(packed, target, limit("much")))
                .hasMessageContaining("'much', which is no size");
        PackedModel.unpack(packed, target, limit("2K"));
        assertThat(target.resolve("saved_model.pb")).hasSize(2000);
    }

    private static ImportOptions outputs(String... names) {
        return new ImportOptions(new FrozenGraphPorts(null, List.of(names)), null);
    }

    private static Map<String, String> limit(String size) {
        return Map.of("PITLANE_ARTIFACT_MAX_UNPACKED", size);
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
