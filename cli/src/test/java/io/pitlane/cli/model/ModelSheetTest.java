package io.pitlane.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.StageName;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.graph.footprint.ModelDescription;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class ModelSheetTest {
    private static final Map<StageName, ModelAdvice> ADVICE =
            Map.of(
                    StageName.PRUNE,
                    new ModelAdvice(List.of("leaves 'head' alone: its channels are the classes")));

    private final ModelSheet sheet =
            new ModelSheet(
                    description(List.of(-1L, 30L, 30L, 3L), 677_376),
                    Optional.of("Takes exactly 4."),
                    ADVICE,
                    List.of(),
                    List.of(),
                    981_000);

    @Test
    void theSheetShowsSignatureFiguresLayersOperationsAndAdvice() {
        assertThat(sheet.render().lines())
                .contains("  in        image  float [?, 30, 30, 3]")
                .contains("  out       scores  float of any shape")
                .contains("  batch     Takes exactly 4.")
                .contains("size        981 kB", "parameters  896 (800 not zero)")
                .contains("ONNX        can be exported")
                .contains("conv   Conv2D  [1, 28, 28, 32]         864  677 k")
                .contains("  - leaves 'head' alone: its channels are the classes");
    }

    @Test
    void theSheetIsDataForPrograms() {
        var json = ContractJson.MAPPER.valueToTree(sheet);

        assertThat(json.at("/model/signature/inputs/0/name").asText()).isEqualTo("image");
        assertThat(json.at("/model/footprint/macs").asLong()).isEqualTo(677_376);
        assertThat(json.at("/advice/prune/sentences/0").asText()).startsWith("leaves 'head' alone");
        assertThat(json.at("/sizeBytes").asLong()).isEqualTo(981_000);
    }

    @Test
    void theMostFrequentOperationComesFirst() {
        assertThat(sheet.render()).containsSubsequence("operation", "BiasAdd", "Relu", "Conv2D");
    }

    @Test
    void theMacsOfAModelForAnySizeAreNotShownAsZero() {
        var anySize =
                new ModelSheet(
                        description(List.of(-1L, -1L, -1L, 3L), 0),
                        Optional.empty(),
                        ADVICE,
                        List.of(),
                        List.of(),
                        981_000);

        assertThat(anySize.render().lines())
                .contains("MACs        by the size of the image, which can be any")
                .contains("conv   Conv2D  [1, 28, 28, 32]         864     ?");
    }

    @Test
    void nodesThatCannotBeExportedAreListed() {
        var sheet =
                new ModelSheet(
                        description(List.of(-1L, 30L, 30L, 3L), 677_376),
                        Optional.empty(),
                        Map.of(),
                        List.of(new ExportObstacle("nms", "NonMaxSuppressionV3", "unknown")),
                        List.of(new ExportObstacle("roll", "Roll", "unknown")),
                        981_000);

        assertThat(sheet.render().lines())
                .contains("ONNX        cannot be exported; the nodes in the way are listed below")
                .contains("TFLite      cannot be exported; the nodes in the way are listed below")
                .containsSubsequence(
                        "not in ONNX",
                        "  - 'nms' (NonMaxSuppressionV3): unknown",
                        "not in TFLite",
                        "  - 'roll' (Roll): unknown");
    }

    private static ModelDescription description(List<Long> input, long macs) {
        var conv =
                new LayerFootprint(
                        "conv", "Conv2D", List.of(1L, 28L, 28L, 32L), 864, 864, 32, macs);
        return new ModelDescription(
                new GraphSignature(
                        "serving_default",
                        List.of(port("image", input)),
                        List.of(port("scores", null))),
                new TreeMap<>(Map.of("Relu", 2L, "Conv2D", 1L, "BiasAdd", 2L)),
                new Footprint(896, 800, macs, "float32", List.of(conv)));
    }

    private static Port port(String name, List<Long> shape) {
        return new Port(name, new TensorRef(name, 0), DataType.DT_FLOAT, shape);
    }
}
