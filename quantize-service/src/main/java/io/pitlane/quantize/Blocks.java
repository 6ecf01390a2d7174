package io.pitlane.quantize;

import java.util.List;

/**
 * What can be done in int8, and what cannot.
 *
 * @param found the stretches that a kernel can do, in the graph's order; no node is in two
 * @param leftFloat layers with weights that stay float, each with its reason, for the reader
 */
record Blocks(List<Block> found, List<String> leftFloat) {
    Blocks {
        found = List.copyOf(found);
        leftFloat = List.copyOf(leftFloat);
    }
}
