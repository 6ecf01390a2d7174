package io.pitlane.analysis;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.ResidualBlock;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How much a residual block changes its input. A residual network behaves much like an ensemble of
 * its paths, and tolerates the loss of blocks that change little (Veit et al. 2016, "Residual
 * Networks Behave Like Ensembles of Relatively Shallow Networks"; Gromov et al. 2024, "The
 * Unreasonable Ineffectiveness of the Deeper Layers").
 *
 * @param block the block
 * @param norm L2 norm of its branch over that of its shortcut, over all images
 */
public record BlockChange(ResidualBlock block, double norm) {

    /**
     * Measures blocks.
     *
     * @param images batches of model inputs
     * @return the block that changes least first
     */
    public static List<BlockChange> leastFirst(
            FlatGraph graph, List<ResidualBlock> blocks, Iterable<FloatTensor> images) {
        var branches = new double[blocks.size()];
        var shortcuts = new double[blocks.size()];
        try (var session = GraphSession.open(graph)) {
            for (var batch : images) {
                for (int i = 0; i < branches.length; i++) {
                    var block = blocks.get(i);
                    var values = session.run(batch, List.of(block.branch(), block.shortcut()));
                    branches[i] += energy(values.get(0));
                    shortcuts[i] += energy(values.get(1));
                }
            }
        }
        return IntStream.range(0, branches.length)
                .mapToObj(
                        i -> new BlockChange(blocks.get(i), Math.sqrt(branches[i] / shortcuts[i])))
                .sorted(Comparator.comparingDouble(BlockChange::norm))
                .toList();
    }

    private static double energy(FloatTensor tensor) {
        double sum = 0;
        for (float value : tensor.values()) {
            sum += (double) value * value;
        }
        return sum;
    }

    /** The block's name and its change, for notes. */
    public String describe() {
        return String.format(Locale.ROOT, "%s (changes %.2g)", block.name(), norm);
    }
}
