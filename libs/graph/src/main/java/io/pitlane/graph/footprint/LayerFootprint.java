package io.pitlane.graph.footprint;

import java.util.List;

/**
 * Parameters and multiply-accumulate operations of one node.
 *
 * @param name name of the node
 * @param op its operation
 * @param outputShape shape of its output for one image, -1 where it is not known
 * @param parameters number of its weights; weights shared with an earlier node count there
 * @param nonZeroParameters number of those other than 0
 * @param bits of a value of its kernel, the weight with the most values; 0 without weights
 * @param macs multiply-accumulate operations for one image; 0 where a shape is not known
 */
public record LayerFootprint(
        String name,
        String op,
        List<Long> outputShape,
        long parameters,
        long nonZeroParameters,
        int bits,
        long macs) {

    public LayerFootprint {
        outputShape = List.copyOf(outputShape);
    }
}
