package io.pitlane.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.proto.DataType;

/** Small networks of every shape that passes must cope with, with weights drawn from a seed. */
public final class SampleGraphs {
    private static final long SEED = 11;

    private SampleGraphs() {}

    /** Every sample by name, built when asked for. */
    public static Map<String, Supplier<FlatGraph>> all() {
        var samples = new LinkedHashMap<String, Supplier<FlatGraph>>();
        samples.put("plain", SampleGraphs::plain);
        samples.put("residual", SampleGraphs::residual);
        samples.put("mobile", SampleGraphs::mobile);
        samples.put("unet", SampleGraphs::unet);
        samples.put("detector", SampleGraphs::detector);
        samples.put("logits", SampleGraphs::logits);
        samples.put("fixedBatch", SampleGraphs::fixedBatch);
        samples.put("branches", SampleGraphs::branches);
        samples.put("mulAddNorm", SampleGraphs::mulAddNorm);
        samples.put("sharedWeights", SampleGraphs::sharedWeights);
        return samples;
    }

    /** Convolutions with bias, pooling, two dense layers, softmax: images [N, 16, 16, 3] to 10. */
    public static FlatGraph plain() {
        return plain(-1, true);
    }

    /** As {@link #plain()} but without softmax at the end. */
    public static FlatGraph logits() {
        return plain(-1, false);
    }

    /** As {@link #plain()} for exactly four images at once. */
    public static FlatGraph fixedBatch() {
        return plain(4, true);
    }

    private static FlatGraph plain(int batch, boolean softmax) {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", batch, 16, 16, 3);
        x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 3, 3, 8, 1), 8));
        x = net.pool("pool1", x);
        x = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 3, 8, 12, 1), 12));
        x = net.pool("pool2", x);
        x = net.reshape("flatten", x, -1, 4 * 4 * 12);
        x = net.relu("relu3", net.bias("bias3", net.dense("dense1", x, 4 * 4 * 12, 24), 24));
        x = net.bias("bias4", net.dense("dense2", x, 24, 10), 10);
        return net.output("scores", softmax ? net.softmax("softmax", x) : x, batch, 10).build();
    }

    /** Two residual blocks with batch norm, the second with a strided projection. */
    public static FlatGraph residual() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x =
                net.relu(
                        "stem/relu",
                        net.batchNorm("stem/bn", net.conv("stem/conv", x, 3, 3, 8, 1), 8));
        var inner = net.batchNorm("block1/bn1", net.conv("block1/conv1", x, 3, 8, 8, 1), 8);
        inner = net.conv("block1/conv2", net.relu("block1/relu1", inner), 3, 8, 8, 1);
        x = net.plus("block1/add", net.batchNorm("block1/bn2", inner, 8), x);
        x = net.relu("block1/relu2", x);
        var shortcut = net.batchNorm("block2/bn0", net.conv("block2/conv0", x, 1, 8, 16, 2), 16);
        inner = net.batchNorm("block2/bn1", net.conv("block2/conv1", x, 3, 8, 16, 2), 16);
        inner = net.conv("block2/conv2", net.relu("block2/relu1", inner), 3, 16, 16, 1);
        x = net.plus("block2/add", net.batchNorm("block2/bn2", inner, 16), shortcut);
        x = net.globalAverage("average", net.relu("block2/relu2", x));
        x = net.bias("scores/bias", net.dense("scores/dense", x, 16, 10), 10);
        return net.output("scores", net.softmax("softmax", x), -1, 10).build();
    }

    /** Depthwise-separable convolutions with batch norm and Relu6, one inverted residual. */
    public static FlatGraph mobile() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu6("stem/relu6", net.batchNorm("stem/bn", net.conv("stem", x, 3, 3, 8, 2), 8));
        x = net.batchNorm("dw1/bn", net.depthwise("dw1", x, 3, 8, 1), 8);
        x = net.conv("pw1", net.relu6("dw1/relu6", x), 1, 8, 12, 1);
        x = net.batchNorm("pw1/bn", x, 12);
        var wide = net.batchNorm("expand/bn", net.conv("expand", x, 1, 12, 24, 1), 24);
        wide = net.depthwise("dw2", net.relu6("expand/relu6", wide), 3, 24, 1);
        wide = net.relu6("dw2/relu6", net.batchNorm("dw2/bn", wide, 24));
        wide = net.batchNorm("project/bn", net.conv("project", wide, 1, 24, 12, 1), 12);
        x = net.plus("add", wide, x);
        x = net.batchNorm("dw3/bn", net.depthwise("dw3", x, 3, 12, 2), 24);
        x = net.globalAverage("average", net.relu6("dw3/relu6", x));
        x = net.bias("scores/bias", net.dense("scores/dense", x, 24, 10), 10);
        return net.output("scores", net.softmax("softmax", x), -1, 10).build();
    }

    /** Down and up again with transposed convolutions and skip connections by concat. */
    public static FlatGraph unet() {
        return unet(16);
    }

    /** As {@link #unet()} for images of {@code size} rows and columns, a multiple of 4. */
    public static FlatGraph unet(int size) {
        return unet(size, 4);
    }

    /** The same with so many classes. */
    public static FlatGraph unet(int size, int classes) {
        var net = new SampleNetwork(SEED);
        var image = net.input("image", -1, size, size, 3);
        var high = net.relu("r1", net.bias("b1", net.conv("c1", image, 3, 3, 8, 1), 8));
        var middle = net.conv("c2", net.pool("p1", high), 3, 8, 12, 1);
        middle = net.relu("r2", net.bias("b2", middle, 12));
        var low = net.conv("c3", net.pool("p2", middle), 3, 12, 16, 1);
        low = net.relu("r3", net.bias("b3", low, 16));
        var up = net.batchNorm("u1/bn", net.upConv("u1", low, size / 4, size / 4, 16, 12), 12);
        up = net.concat("skip1", net.relu("r4", up), middle);
        up = net.relu("r5", net.bias("b5", net.conv("c5", up, 3, 24, 12, 1), 12));
        up = net.bias("u2/bias", net.upConv("u2", up, size / 2, size / 2, 12, 8), 8);
        up = net.concat("skip2", up, high);
        up = net.bias("b6", net.conv("c6", up, 1, 16, classes, 1), classes);
        return net.output("mask", net.softmax("softmax", up), -1, size, size, classes).build();
    }

    /** Boxes and scores from two scales, as a single-shot detector has them. */
    public static FlatGraph detector() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("relu1", net.batchNorm("bn1", net.conv("conv1", x, 3, 3, 8, 2), 8));
        var fine = net.relu("relu2", net.bias("bias2", net.conv("conv2", x, 3, 8, 12, 1), 12));
        var coarse = net.conv("conv3", fine, 3, 12, 16, 2);
        coarse = net.relu("relu3", net.batchNorm("bn3", coarse, 16));
        head(net, "fine", fine, 12, 8);
        head(net, "coarse", coarse, 16, 4);
        return net.build();
    }

    private static void head(SampleNetwork net, String scale, String x, int channels, int size) {
        var boxes = net.bias(scale + "/boxBias", net.conv(scale + "/box", x, 3, channels, 8, 1), 8);
        var scores =
                net.bias(scale + "/scoreBias", net.conv(scale + "/score", x, 3, channels, 6, 1), 6);
        int anchors = size * size * 2;
        net.output(
                scale + "_boxes",
                net.reshape(scale + "/boxes", boxes, -1, anchors, 4),
                -1,
                anchors,
                4);
        var perAnchor = net.reshape(scale + "/scores", scores, -1, anchors, 3);
        net.output(scale + "_scores", net.softmax(scale + "/softmax", perAnchor), -1, anchors, 3);
    }

    /** Two branches of different width that meet in a concat before the next convolution. */
    public static FlatGraph branches() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("stem/relu", net.bias("stem/bias", net.conv("stem", x, 3, 3, 8, 1), 8));
        var left = net.relu("left/relu", net.bias("left/bias", net.conv("left", x, 1, 8, 6, 1), 6));
        var right = net.batchNorm("right/bn", net.conv("right", x, 3, 8, 10, 1), 10);
        x = net.concat("concat", left, net.relu("right/relu", right));
        x = net.conv("joined", net.pool("pool", x), 3, 16, 12, 1);
        x = net.relu("joined/relu", net.batchNorm("joined/bn", x, 12));
        x = net.reshape("flatten", x, -1, 8 * 8 * 12);
        x = net.bias("scores/bias", net.dense("scores/dense", x, 8 * 8 * 12, 10), 10);
        return net.output("scores", x, -1, 10).build();
    }

    /** Batch norm as constant factors and summands, as Keras 3 exports fold to. */
    public static FlatGraph mulAddNorm() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("relu1", net.mulAdd("bn1", net.conv("conv1", x, 3, 3, 8, 1), 8));
        x = net.mulAdd("bn2", net.bias("bias2", net.conv("conv2", x, 3, 8, 12, 2), 12), 12);
        x = net.relu6("relu2", x);
        x = net.relu6("relu3", net.mulAdd("bn3", net.depthwise("dw", x, 3, 12, 1), 12));
        x = net.globalAverage("average", x);
        x = net.relu("relu4", net.mulAdd("bn4", net.dense("dense1", x, 12, 16), 16));
        x = net.bias("scores/bias", net.dense("dense2", x, 16, 10), 10);
        return net.output("scores", net.softmax("softmax", x), -1, 10).build();
    }

    /** Two convolutions that share one kernel, each with a batch norm of its own. */
    public static FlatGraph sharedWeights() {
        var net = new SampleNetwork(SEED);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("relu1", net.bias("bias1", net.conv("conv1", x, 3, 3, 8, 1), 8));
        var first = net.conv("conv2", x, 3, 8, 8, 1);
        var second =
                net.add(
                        NodeBuilder.of("Conv2D", "conv3")
                                .input(net.relu("relu2", net.batchNorm("bn2", first, 8)))
                                .input("conv2/kernel")
                                .type("T", DataType.DT_FLOAT)
                                .ints("strides", 1L, 1, 1, 1)
                                .string("padding", "SAME"));
        x = net.relu("relu3", net.batchNorm("bn3", second, 8));
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("dense", x, 8, 10), 10);
        return net.output("scores", x, -1, 10).build();
    }
}
