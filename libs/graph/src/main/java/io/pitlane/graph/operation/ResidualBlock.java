package io.pitlane.graph.operation;

import io.pitlane.graph.TensorRef;
import java.util.List;

/**
 * A residual block (He et al. 2016, "Deep Residual Learning") that can be left out: its input,
 * unchanged, is added to what its layers make of that input.
 *
 * @param sum name of the addition
 * @param shortcutSlot which input of the addition is the block's input, 0 or 1
 * @param shortcut the block's input
 * @param branch what the layers make of it, of the same shape
 * @param layers names of the convolutions and dense layers in the branch
 */
public record ResidualBlock(
        String sum, int shortcutSlot, TensorRef shortcut, TensorRef branch, List<String> layers) {

    public ResidualBlock {
        layers = List.copyOf(layers);
    }

    /** What the block is called in notes: its first layer, without the operation. */
    public String name() {
        var first = layers.get(0);
        int slash = first.lastIndexOf('/');
        return slash < 0 ? first : first.substring(0, slash);
    }
}
