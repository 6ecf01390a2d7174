package io.pitlane.formats.onnx;

/**
 * SpaceToBatchND and BatchToSpaceND, by constant amounts, of images of a fixed size: the positions
 * of a block become images of their own.
 */
final class SpatialBlocks {
    private SpatialBlocks() {}

    /** {@code [N, H, W, ...]} padded, then {@code [by, bx, N, H / by, W / bx, ...]} flattened. */
    static void spaceToBatch(OpNode node) {
        var block = node.ints(1, "block shape");
        var paddings = node.ints(2, "padding");
        var sizes = sizes(node);
        int rank = sizes.length;
        var pads = new long[2 * rank];
        for (int i = 0; i < block.length; i++) {
            pads[1 + i] = paddings[2 * i];
            pads[rank + 1 + i] = paddings[2 * i + 1];
            sizes[1 + i] += paddings[2 * i] + paddings[2 * i + 1];
        }
        var padded =
                node.step("Pad").input(node.unchanged(0)).input(node.vector("pads", pads)).add();
        int split = rank + block.length;
        var parts = new long[split];
        var permutation = new long[split];
        var result = new long[rank];
        parts[0] = -1;
        result[0] = -1;
        permutation[block.length] = 0;
        for (int i = 0; i < block.length; i++) {
            parts[1 + 2 * i] = sizes[1 + i] / block[i];
            parts[2 + 2 * i] = block[i];
            permutation[i] = 2 + 2 * i;
            permutation[block.length + 1 + i] = 1 + 2 * i;
            result[1 + i] = sizes[1 + i] / block[i];
        }
        for (int axis = 1 + block.length; axis < rank; axis++) {
            parts[axis + block.length] = sizes[axis];
            permutation[axis + block.length] = axis + block.length;
            result[axis] = sizes[axis];
        }
        var turned = turned(node, padded, parts, permutation);
        node.result(
                node.write("Reshape").input(turned).input(node.vector("result", result)).add(),
                AxisOrder.unchanged(rank));
    }

    /** {@code [by, bx, N, H, W, ...]} to {@code [N, H * by, W * bx, ...]}, then cropped. */
    static void batchToSpace(OpNode node) {
        var block = node.ints(1, "block shape");
        var crops = node.ints(2, "crops");
        var sizes = sizes(node);
        int rank = sizes.length;
        int split = rank + block.length;
        var parts = new long[split];
        var permutation = new long[split];
        var whole = sizes.clone();
        var starts = new long[block.length];
        var ends = new long[block.length];
        var axes = new long[block.length];
        whole[0] = -1;
        parts[block.length] = -1;
        permutation[0] = block.length;
        for (int i = 0; i < block.length; i++) {
            parts[i] = block[i];
            parts[block.length + 1 + i] = sizes[1 + i];
            permutation[1 + 2 * i] = block.length + 1 + i;
            permutation[2 + 2 * i] = i;
            whole[1 + i] = sizes[1 + i] * block[i];
            starts[i] = crops[2 * i];
            ends[i] = whole[1 + i] - crops[2 * i + 1];
            axes[i] = 1 + i;
        }
        for (int axis = 1 + block.length; axis < rank; axis++) {
            parts[axis + block.length] = sizes[axis];
            permutation[axis + block.length] = axis + block.length;
        }
        var turned = turned(node, node.unchanged(0), parts, permutation);
        var joined = node.step("Reshape").input(turned).input(node.vector("whole", whole)).add();
        var cropped =
                node.write("Slice")
                        .input(joined)
                        .input(node.vector("starts", starts))
                        .input(node.vector("ends", ends))
                        .input(node.vector("axes", axes));
        node.result(cropped.add(), AxisOrder.unchanged(rank));
    }

    private static String turned(OpNode node, String tensor, long[] parts, long[] permutation) {
        var split = node.step("Reshape").input(tensor).input(node.vector("parts", parts)).add();
        return node.step("Transpose").input(split).attribute("perm", permutation).add();
    }

    /** The sizes of the input, whose batch may be open. */
    private static long[] sizes(OpNode node) {
        var shape = node.shape(0);
        if (shape.isUnknown()) {
            throw node.unsupported("the rank of its images is not known");
        }
        var sizes = shape.asArray();
        for (int axis = 1; axis < sizes.length; axis++) {
            if (sizes[axis] < 0) {
                throw node.unsupported("the size of its images is not fixed");
            }
        }
        return sizes;
    }
}
