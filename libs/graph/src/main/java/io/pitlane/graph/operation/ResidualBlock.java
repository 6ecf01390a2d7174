package io.pitlane.graph.operation;

import io.pitlane.graph.TensorRef;
import java.util.List;

/**
 * A residual block (He et al. 2016, "Deep Residual Learning") that can be removed: an addition of
 * the block's input (the shortcut) and the output of a branch that reads that input.
 *
 * @param sum name of the addition
 * @param shortcutSlot which input of the addition is the block's input, 0 or 1
 * @param shortcut the block's input
 * @param branch the output of the branch, of the same shape
 * @param layers names of the convolutions and dense layers in the branch
 */
public record ResidualBlock(
        String sum, int shortcutSlot, TensorRef shortcut, TensorRef branch, List<String> layers) {

    public ResidualBlock {
        layers = List.copyOf(layers);
    }

    /** The block's name in notes: its first layer, without the operation. */
    public String name() {
        var first = layers.get(0);
        int slash = first.lastIndexOf('/');
        return slash < 0 ? first : first.substring(0, slash);
    }
}
