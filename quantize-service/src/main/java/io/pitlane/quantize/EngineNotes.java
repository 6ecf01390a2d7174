package io.pitlane.quantize;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.QuantizedLayers;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import java.util.List;

/** Says which quantized layers an engine computes in float, because it has no int8 kernel. */
final class EngineNotes {
    /** The names that a note holds; further ones are counted. */
    private static final int MAX_NAMES = 8;

    private EngineNotes() {}

    /** A note for each engine that computes some layers of a quantized graph in float. */
    static List<String> of(FlatGraph quantized) {
        var layers = QuantizedLayers.of(quantized).layers();
        var notes = new ArrayList<String>();
        for (var format : ModelFormat.values()) {
            var int8 = ModelExports.int8Layers(format, quantized);
            var floats =
                    layers.stream()
                            .map(FusedLayer::name)
                            .filter(name -> !int8.contains(name))
                            .toList();
            if (!floats.isEmpty()) {
                notes.add(
                        "%s computes %d of them in float: %s"
                                .formatted(format.engine().title(), floats.size(), names(floats)));
            }
        }
        return notes;
    }

    private static String names(List<String> all) {
        var first = String.join(", ", all.subList(0, Math.min(MAX_NAMES, all.size())));
        int more = all.size() - MAX_NAMES;
        return more > 0 ? first + " and %d more".formatted(more) : first;
    }
}
