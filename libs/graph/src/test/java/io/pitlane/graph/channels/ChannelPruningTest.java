package io.pitlane.graph.channels;

import static io.pitlane.graph.channels.dependency.ZeroedChannels.prunedLikeZeroed;
import static io.pitlane.graph.channels.dependency.ZeroedChannels.shape;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Prunes networks of every common topology. */
class ChannelPruningTest {

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void aPlainCnnComputesWhatItWouldWithTheRemovedChannelsAtZero() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 3, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 32), 32));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 128);
        var d1 = net.relu(net.bias("b3", net.dense("d1", flat, 128, 20), 20));
        var logits = net.bias("b4", net.dense("d2", d1, 20, 10), 10);
        var graph = net.graph(net.op("Softmax", "probs", logits));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 8);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 8, 16);
        assertThat(shape(pruned, "d1/kernel")).containsExactly(64, 10);
        assertThat(shape(pruned, "d2/kernel")).containsExactly(10, 10);
        assertThat(shape(pruned, "b4/b")).containsExactly(10);
    }

    @Test
    void aPrunedResidualBlockKeepsBothBranchesAligned() {
        var net = new TestNet(-1, 8, 8, 3);
        var stem = net.relu(net.batchNorm("n1", net.conv("c1", "x", 3, 16), 16));
        var a = net.relu(net.batchNorm("n2", net.conv("c2", stem, 16, 12), 12));
        var b = net.batchNorm("n3", net.conv("c3", a, 12, 16), 16);
        var sum = net.relu(net.op("AddV2", "sum", stem, b));
        var pooled = net.globalMean("gap", sum, false);
        var graph = net.graph(net.bias("b", net.dense("d", pooled, 16, 5), 5));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 8);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 8, 6);
        assertThat(shape(pruned, "c3/kernel")).containsExactly(3, 3, 6, 8);
        assertThat(shape(pruned, "d/kernel")).containsExactly(8, 5);
    }

    @Test
    void aDepthwiseLayerLosesTheChannelsOfTheLayerBeforeIt() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.batchNorm("n1", net.conv("c1", "x", 3, 8), 8));
        var dw = net.op("Relu6", "r6", net.batchNorm("n2", net.depthwise("dw", c1, 8, 1), 8));
        var pw = net.relu(net.conv("pw", dw, 1, 8, 16, 2, "NHWC"));
        var graph = net.graph(net.dense("d", net.globalMean("gap", pw, false), 16, 5));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "dw/kernel")).containsExactly(3, 3, 4, 1);
        assertThat(shape(pruned, "pw/kernel")).containsExactly(1, 1, 4, 8);
    }

    @Test
    void aDepthwiseMultiplierKeepsAllOutputsOfAChannelTogether() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 6));
        var dw = net.relu(net.bias("b", net.depthwise("dw", c1, 6, 3), 18));
        var graph = net.graph(net.conv("c2", dw, 18, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "dw/kernel")).containsExactly(3, 3, 3, 3);
        assertThat(shape(pruned, "b/b")).containsExactly(9);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 9, 4);
    }

    @Test
    void aTransposedConvolutionAndASkipByConcatKeepTheirOffsets() {
        var net = new TestNet(-1, 8, 8, 3);
        var down = net.relu(net.bias("b1", net.conv("c1", "x", 3, 8), 8));
        var deep = net.relu(net.bias("b2", net.conv("c2", net.pool("p", down), 8, 16), 16));
        var up = net.relu(net.bias("b3", net.upConv("up", deep, 4, 16, 12), 12));
        var merged = net.relu(net.conv("c3", net.concat("cat", up, down), 20, 6));
        var graph = net.graph(net.op("Softmax", "mask", net.conv("c4", merged, 6, 4)));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "up/kernel")).containsExactly(2, 2, 6, 8);
        assertThat(shape(pruned, "c3/kernel")).containsExactly(3, 3, 10, 3);
        assertThat(shape(pruned, "c4/kernel")).containsExactly(3, 3, 3, 4);
    }

    @Test
    void theInputImageMayTakePartInAConcat() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 8));
        var graph = net.graph(net.conv("c2", net.concat("cat", "x", c1), 11, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 7, 4);
    }

    @Test
    void aSqueezeExciteGateLosesTheChannelsItGates() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 16));
        var squeezed = net.reshape("r", net.globalMean("gap", c1, false), -1, 1, 1, 16);
        var inner = net.relu(net.bias("b1", net.conv("s1", squeezed, 1, 16, 4, 1, "NHWC"), 4));
        var gate =
                net.op(
                        "Sigmoid",
                        "gate",
                        net.bias("b2", net.conv("s2", inner, 1, 4, 16, 1, "NHWC"), 16));
        var graph = net.graph(net.conv("c2", net.op("Mul", "gated", c1, gate), 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 8);
        assertThat(shape(pruned, "s1/kernel")).containsExactly(1, 1, 8, 2);
        assertThat(shape(pruned, "s2/kernel")).containsExactly(1, 1, 2, 8);
        assertThat(shape(pruned, "b2/b")).containsExactly(8);
    }

    @Test
    void twoBranchesOfAConcatArePrunedEachByItself() {
        var net = new TestNet(-1, 8, 8, 3);
        var left = net.relu(net.bias("bl", net.conv("l", "x", 3, 8), 8));
        var right = net.relu(net.bias("br", net.conv("r", "x", 3, 12), 12));
        var norm = net.relu(net.batchNorm("n", net.concat("cat", left, right), 20));
        var graph = net.graph(net.conv("c", norm, 20, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "l/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "r/kernel")).containsExactly(3, 3, 3, 6);
        assertThat(shape(pruned, "n/gamma")).containsExactly(10);
    }

    @Test
    void aBatchNormWrittenAsFactorsAndOffsetsIsCut() {
        var net = new TestNet(-1, 8, 8, 3);
        net.weight("scale", 1, 1, 1, 1, 16);
        net.weight("offset", 0.3, 16);
        var scaled = net.op("Mul", "m", net.conv("c1", "x", 3, 16), "scale");
        var graph =
                net.graph(net.conv("c2", net.relu(net.op("AddV2", "a", scaled, "offset")), 16, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "scale")).containsExactly(1, 1, 1, 8);
        assertThat(shape(pruned, "offset")).containsExactly(8);
    }

    @Test
    void everyOutputOfADetectorKeepsItsChannels() {
        var net = new TestNet(-1, 8, 8, 3);
        var base = net.relu(net.conv("c1", "x", 3, 16));
        var deep = net.relu(net.conv("c2", net.pool("p", base), 16, 24));
        var boxes1 = net.reshape("r1", net.conv("box1", base, 16, 8), -1, 128, 4);
        var boxes2 = net.reshape("r2", net.conv("box2", deep, 24, 8), -1, 32, 4);
        var classes = net.reshape("r3", net.conv("cls", deep, 24, 6), -1, 32, 3);
        net.ints("boxes/axis", 1);
        var boxes = net.op("ConcatV2", "boxes", boxes1, boxes2, "boxes/axis");
        var graph = net.graph(boxes, net.op("Sigmoid", "scores", classes));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 8, 12);
        assertThat(shape(pruned, "box2/kernel")).containsExactly(3, 3, 12, 8);
        assertThat(shape(pruned, "cls/kernel")).containsExactly(3, 3, 12, 6);
    }

    @Test
    void aKernelSharedByTwoTowersIsCutOnceForBoth() {
        var net = new TestNet(-1, 8, 8, 3);
        var left = net.relu(net.conv("l", "x", 3, 8));
        var right = net.relu(net.conv("r", "x", 3, 8));
        var shared = net.conv("s", left, 8, 10);
        var again = net.convWith("s2", right, "s/kernel", 1, "NHWC");
        var graph = net.graph(net.conv("c", net.op("Sub", "diff", shared, again), 10, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "l/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "r/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "s/kernel")).containsExactly(3, 3, 4, 5);
    }

    @Test
    void layersThatShareAVectorByChanceArePrunedEachByItself() {
        var net = new TestNet(-1, 8, 8, 3);
        net.weight("shared", 1, 8);
        var c1 = net.relu(net.op("Mul", "m1", net.conv("c1", "x", 3, 8), "shared"));
        var c2 = net.relu(net.op("Mul", "m2", net.conv("c2", c1, 8, 8), "shared"));
        var graph = net.graph(net.conv("c3", c2, 8, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(DependencyGraph.of(VectorUnsharing.apply(graph)).groups()).hasSize(3);
        assertThat(shape(pruned, "c2/kernel")).containsExactly(3, 3, 4, 4);
    }

    @Test
    void aSwishAndASpatialGateLeaveChannelsFree() {
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.conv("c1", "x", 3, 8);
        var swish = net.op("Mul", "swish", c1, net.op("Sigmoid", "sig", c1));
        var spatial = net.op("Sigmoid", "map", net.conv("att", swish, 8, 1));
        var graph = net.graph(net.conv("c2", net.op("Mul", "gated", swish, spatial), 8, 4));

        var pruned = prunedLikeZeroed(net, graph);

        assertThat(shape(pruned, "c1/kernel")).containsExactly(3, 3, 3, 4);
        assertThat(shape(pruned, "att/kernel")).containsExactly(3, 3, 4, 1);
    }
}
