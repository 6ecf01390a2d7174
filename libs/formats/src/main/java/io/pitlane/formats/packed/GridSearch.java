package io.pitlane.formats.packed;

import io.pitlane.formats.packed.CodeGrid.LimitGrid;
import io.pitlane.formats.packed.CodeGrid.StepGrid;
import io.pitlane.formats.packed.CodeGrid.TableGrid;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.CommonStep;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Finds integers behind the float32 constants of a graph: those of the fake quantization that reads
 * it, multiples of one step, or a few values that repeat. A grid is used only where it gives every
 * value back bit for bit.
 */
final class GridSearch {
    private static final int LIMITS_INPUT = 2;
    private static final int VALUES_PER_ENTRY = 4;

    private final FlatGraph graph;
    private final Map<String, Integer> indices = new HashMap<>();

    GridSearch(FlatGraph graph) {
        this.graph = graph;
        graph.nodes().forEach(node -> indices.put(node.getName(), indices.size()));
    }

    /** The grid of a constant. */
    Optional<CodeGrid> of(NodeDef constant, FloatTensor tensor) {
        var values = tensor.values();
        return ofConsumer(constant, tensor)
                .or(() -> step(values))
                .or(() -> table(values))
                .filter(grid -> grid.holds(values));
    }

    private Optional<CodeGrid> ofConsumer(NodeDef constant, FloatTensor tensor) {
        for (var use : graph.uses(constant.getName())) {
            var node = use.consumer();
            var found =
                    use.slot() == 0
                            ? FakeQuantization.of(graph, node)
                            : Optional.<io.pitlane.graph.quantization.Quantization>empty();
            if (found.isPresent() && found.get().signed()) {
                var limits = graph.input(node, LIMITS_INPUT);
                CodeGrid grid =
                        LimitGrid.of(
                                indices.get(limits.getName()),
                                found.get().limits(),
                                found.get().highest(),
                                found.get().axis(),
                                tensor.shape());
                if (grid.holds(tensor.values())) {
                    return Optional.of(grid);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<CodeGrid> step(float[] values) {
        return CommonStep.of(values).stream().<CodeGrid>mapToObj(StepGrid::new).findFirst();
    }

    private static Optional<CodeGrid> table(float[] values) {
        int most = Math.min(TableGrid.MOST, values.length / VALUES_PER_ENTRY);
        var distinct = new HashSet<Float>();
        for (float value : values) {
            if (distinct.add(value) && distinct.size() > most) {
                return Optional.empty();
            }
        }
        var table = new float[distinct.size()];
        int next = 0;
        for (float value : distinct) {
            table[next++] = value;
        }
        Arrays.sort(table);
        int zero = 0;
        for (int i = 1; i < table.length; i++) {
            if (Math.abs(table[i]) < Math.abs(table[zero])) {
                zero = i;
            }
        }
        return Optional.of(new TableGrid(table, zero));
    }
}
