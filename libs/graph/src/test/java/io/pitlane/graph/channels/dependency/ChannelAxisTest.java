package io.pitlane.graph.channels.dependency;

import static io.pitlane.graph.channels.dependency.ZeroedChannels.prunedLikeZeroed;
import static io.pitlane.graph.channels.dependency.ZeroedChannels.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.natives.TensorFlowRuntime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Operations that move, stack or flatten the channel axis. */
class ChannelAxisTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void aShapeGatheredFromScalarsIsCorrectedToo() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 16));
        var gap = net.globalMean("gap", c1, false);
        var spread = net.reshapeTo("r", gap, 1, 1, 16);
        var graph = net.graph(net.conv("c2", net.op("Mul", "gated", c1, spread), 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 8);
    }

    @Test
    void aConvolutionOfAnyRankIsPruned() {
        // Given
        var net = new TestNet(-1, 8, 8, 3);
        net.weight("c1/kernel", 0.3, 3, 3, 3, 8);
        var c1 =
                net.put(
                        NodeBuilder.of("Conv", "c1")
                                .input("x")
                                .input("c1/kernel")
                                .type("T", DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1)
                                .string("padding", "SAME"));
        var graph = net.graph(net.conv("c2", net.relu(c1), 8, 4));

        // When
        var pruned = prunedLikeZeroed(net, graph);

        // Then
        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 4, 4);
    }

    @Test
    void aChannelsFirstNetIsPrunedAlongItsOwnAxis() {
        var net = new TestNet(-1, 3, 8, 8);
        net.vector("nhwc", 0, 2, 3, 1);
        var image = net.op("Transpose", "t", "x", "nhwc");
        var c1 = net.relu(net.bias("b1", net.conv("c1", image, 3, 8), 8));
        net.vector("nchw", 0, 3, 1, 2);
        var first = net.op("Transpose", "u", c1, "nchw");
        var flat = net.reshape("flat", first, -1, 512);
        var graph = net.graph(net.dense("d", flat, 512, 5));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "d/kernel")).containsExactly(256, 5);
    }

    @Test
    void denseFeaturesThatBecomePixelsLoseTheSameChannelOfEveryPixel() {
        var net = new TestNet(-1, 10);
        var features = net.relu(net.bias("b", net.dense("d", "x", 10, 4 * 4 * 6), 4 * 4 * 6));
        var pixels = net.reshape("r", features, -1, 4, 4, 6);
        var graph = net.graph(net.upConv("up", pixels, 4, 6, 3));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "d/kernel")).containsExactly(10, 4 * 4 * 3);
        assertThat(shape(pruned, "up/kernel")).containsExactly(2, 2, 3, 3);
    }

    @Test
    void dilationAndPaddingLeaveChannelsWhereTheyAre() {
        var net = new TestNet(-1, 8, 8, 3);
        net.vector("block", 2, 2);
        net.matrix("pads", 2, 2, 2, 2);
        net.matrix("crops", 0, 0, 0, 0);
        net.matrix("around", 0, 0, 1, 1, 1, 1, 0, 0);
        var c1 = net.relu(net.op("Pad", "pad", net.conv("c1", "x", 3, 8), "around"));
        var batched = net.op("SpaceToBatchND", "s2b", c1, "block", "pads");
        var c2 = net.relu(net.conv("c2", batched, 8, 8));
        var spaced = net.op("BatchToSpaceND", "b2s", c2, "block", "crops");
        var graph = net.graph(net.conv("c3", spaced, 8, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 4, 4);
        assertThat(shape(pruned, "c3/kernel")).containsExactly(3, 3, 4, 4);
    }

    @Test
    void aShortcutPaddedWithEmptyChannelsPrunesWhatIsNotPadding() {
        var net = new TestNet(-1, 8, 8, 3);
        net.matrix("widen", 0, 0, 0, 0, 0, 0, 4, 4);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var shortcut = net.op("Pad", "pad", c1, "widen");
        var sum = net.op("AddV2", "sum", net.conv("c2", c1, 8, 16), shortcut);
        var graph = net.graph(net.conv("c3", net.relu(sum), 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 4, 12);
    }

    @Test
    void aOneDimensionalConvolutionIsFollowedThroughItsHelperAxis() {
        var net = new TestNet(-1, 16, 3);
        net.ints("axis", 1);
        var wide = net.op("ExpandDims", "e1", "x", "axis");
        var c1 = net.squeeze("q1", net.relu(net.conv("c1", wide, 3, 8)), 1);
        var again = net.op("ExpandDims", "e2", net.bias("b1", c1, 8), "axis");
        var c2 = net.squeeze("q2", net.conv("c2", again, 8, 6), -3);
        var graph = net.graph(net.dense("d", net.reshape("flat", c2, -1, 96), 96, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 4, 3);
        assertThat(shape(pruned, "d/kernel")).containsExactly(48, 4);
    }

    @Test
    void pixelsStackedIntoChannelsGoWithTheChannelTheyWere() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        net.put(
                NodeBuilder.of("SpaceToDepth", "s2d")
                        .input(c1)
                        .type("T", DT_FLOAT)
                        .integer("block_size", 2));
        var graph = net.graph(net.conv("c2", "s2d", 32, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 16, 4);
    }

    @Test
    void aModelOfFixedBatchSizeIsPruned() {
        var net = new TestNet(2, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var flat = net.reshape("flat", c1, 2, 512);
        var graph = net.graph(net.dense("d", flat, 512, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "d/kernel")).containsExactly(256, 4);
    }

    @Test
    void equalPartsOfASplitStayEqual() {
        var net = new TestNet(-1, 8, 8, 3);
        net.ints("axis", -1);
        var c1 = net.relu(net.conv("c1", "x", 3, 16));
        net.put(
                NodeBuilder.of("Split", "split")
                        .input("axis")
                        .input(c1)
                        .type("T", DT_FLOAT)
                        .integer("num_split", 2));
        var left = net.relu(net.conv("l", "split", 8, 8));
        var graph = net.graph(net.conv("c2", net.concat("cat", left, "split:1"), 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 8);
        assertThat(shape(pruned, "l/kernel")).containsExactly(3, 3, 4, 4);
    }

    @Test
    void aGroupedConvolutionLosesTheSameChannelsOfEachGroup() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var grouped = net.relu(net.bias("b", net.conv("g", c1, 4, 12), 12));
        var graph = net.graph(net.conv("c2", grouped, 12, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "g/kernel")).containsExactly(3, 3, 2, 6);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 6, 4);
    }

    @Test
    void aConvolutionOfOneChannelAGroupLosesWholeGroups() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var grouped = net.relu(net.conv("g", c1, 1, 16));
        var graph = net.graph(net.conv("c2", grouped, 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "g/kernel")).containsExactly(3, 3, 1, 8);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 8, 4);
    }

    @Test
    void aCutThroughTheChannelsMovesWithThem() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 12));
        net.vector("begin", 0, -7);
        net.vector("end", 0, -2);
        net.vector("step", 1, 1);
        var middle =
                net.put(
                        NodeBuilder.of("StridedSlice", "middle")
                                .input(c1)
                                .input("begin")
                                .input("end")
                                .input("step")
                                .type("T", DT_FLOAT)
                                .type("Index", DT_INT32)
                                .integer("ellipsis_mask", 1));
        var graph = net.graph(net.conv("c2", middle, 5, 4), net.conv("c3", c1, 12, 4));

        for (double ratio : new double[] {0.1, 0.3, 0.5, 0.8}) {
            var pruned = prunedLikeZeroed(net, graph, ratio);
            assertThat(shape(pruned, "c3/kernel")[2]).isEqualTo(12 - Math.round(12 * ratio));
        }
    }
}
