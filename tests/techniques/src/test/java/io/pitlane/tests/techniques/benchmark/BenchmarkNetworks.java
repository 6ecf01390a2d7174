package io.pitlane.tests.techniques.benchmark;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleNetwork;

/** The untrained networks of the benchmarks, for grey images. */
public final class BenchmarkNetworks {
    private static final int CLASSES = 10;

    private BenchmarkNetworks() {}

    /**
     * A U-Net (Ronneberger et al. 2015) with transposed convolutions: scenes to the class of each
     * pixel.
     */
    public static FlatGraph unet(long seed) {
        int side = Scenes.SIDE;
        int classes = Scenes.CLASSES;
        var net = new SampleNetwork(seed);
        var image = net.input("image", -1, side, side, 1);
        var high = conv(net, "down1", image, 3, 1, 12, 1);
        var middle = conv(net, "down2", net.pool("pool1", high), 3, 12, 24, 1);
        var low = conv(net, "down3", net.pool("pool2", middle), 3, 24, 32, 1);
        var up = net.bias("up1/bias", net.upConv("up1", low, side / 4, side / 4, 32, 24), 24);
        up = net.concat("skip1", net.relu("up1/relu", up), middle);
        up = conv(net, "merge1", up, 3, 48, 24, 1);
        up = net.bias("up2/bias", net.upConv("up2", up, side / 2, side / 2, 24, 12), 12);
        up = net.concat("skip2", net.relu("up2/relu", up), high);
        up = conv(net, "merge2", up, 3, 24, 16, 1);
        up = net.bias("mask/bias", net.conv("mask", up, 1, 16, classes, 1), classes);
        return net.output("classes", net.softmax("softmax", up), -1, side, side, classes).build();
    }

    private static String conv(
            SampleNetwork net, String name, String x, int size, int in, int out, int stride) {
        var convolved = net.conv(name, x, size, in, out, stride);
        return net.relu(name + "/relu", net.bias(name + "/bias", convolved, out));
    }

    /**
     * Depthwise-separable convolutions with batch norm and ReLU6, as MobileNet (Howard et al.
     * 2017): images of 28 x 28 to ten classes.
     */
    public static FlatGraph separable(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 28, 28, 1);
        x = normalized(net, "stem", net.conv("stem", x, 3, 1, 24, 2), 24);
        x = separable(net, "block1", x, 24, 48);
        x = separable(net, "block2", x, 48, 64);
        x = separable(net, "block3", net.pool("pool", x), 64, 96);
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("scores", x, 96, CLASSES), CLASSES);
        return net.output("probabilities", net.softmax("softmax", x), -1, CLASSES).build();
    }

    private static String separable(SampleNetwork net, String name, String x, int in, int out) {
        var depthwise = net.depthwise(name + "/depthwise", x, 3, in, 1);
        x = normalized(net, name + "/depthwise", depthwise, in);
        return normalized(
                net, name + "/pointwise", net.conv(name + "/pointwise", x, 1, in, out, 1), out);
    }

    private static String normalized(SampleNetwork net, String name, String x, int channels) {
        return net.relu6(name + "/relu6", net.batchNorm(name + "/norm", x, channels));
    }

    /**
     * Two 5 x 5 convolutions and a dense layer with 3.2 of its 3.3 million parameters, as LeNet-5
     * (LeCun et al. 1998) and AlexNet (Krizhevsky et al. 2012) have them: images of 28 x 28 to ten
     * classes, 13.9 million MACs.
     */
    public static FlatGraph wideKernels(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 28, 28, 1);
        x = net.pool("pool1", conv(net, "conv1", x, 5, 1, 32, 1));
        x = net.pool("pool2", conv(net, "conv2", x, 5, 32, 64, 1));
        int features = 7 * 7 * 64;
        x = net.dense("dense1", net.reshape("flatten", x, -1, features), features, 1024);
        x = net.relu("dense1/relu", net.bias("dense1/bias", x, 1024));
        x = net.bias("scores/bias", net.dense("scores", x, 1024, CLASSES), CLASSES);
        return net.output("probabilities", net.softmax("softmax", x), -1, CLASSES).build();
    }

    /**
     * Residual blocks (He et al. 2016): ReLU inside a block, ReLU6 behind its sum; images of 28 x
     * 28 to ten classes. Between the two convolutions of a block channels can be {@linkplain
     * UnbalancedChannels scaled} without changing the function.
     */
    public static FlatGraph residual(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 28, 28, 1);
        x = net.relu6("stem/relu6", net.bias("stem/bias", net.conv("stem", x, 3, 1, 24, 2), 24));
        x = block(net, "block1", x, 24);
        x = block(net, "block2", x, 24);
        x = conv(net, "wider", x, 3, 24, 48, 2);
        x = block(net, "block3", x, 48);
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("scores", x, 48, CLASSES), CLASSES);
        return net.output("probabilities", net.softmax("softmax", x), -1, CLASSES).build();
    }

    private static String block(SampleNetwork net, String name, String x, int channels) {
        var inner = conv(net, name + "/conv1", x, 3, channels, channels, 1);
        inner = net.conv(name + "/conv2", inner, 3, channels, channels, 1);
        inner = net.bias(name + "/conv2/bias", inner, channels);
        return net.relu6(name + "/relu6", net.plus(name + "/add", inner, x));
    }

    /**
     * ResNet-20 (He et al. 2016, section 4.2) with batch norm behind every convolution and
     * projections where the resolution is halved: three stages of three blocks with 16, 32 and 64
     * channels. The first convolution has stride 2: images of 28 x 28 to ten classes.
     */
    public static FlatGraph resNet20(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 28, 28, 1);
        x = net.relu("stem/relu", normalizedConv(net, "stem", x, 3, 1, 16, 2));
        int in = 16;
        for (int stage = 1; stage <= 3; stage++) {
            int out = 8 << stage;
            for (int block = 1; block <= 3; block++) {
                var name = "stage%d/block%d".formatted(stage, block);
                x = normalizedBlock(net, name, x, in, out);
                in = out;
            }
        }
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("scores", x, in, CLASSES), CLASSES);
        return net.output("probabilities", net.softmax("softmax", x), -1, CLASSES).build();
    }

    /**
     * ResNet-50 (He et al. 2016, "Deep Residual Learning for Image Recognition", table 1) for grey
     * images of 224 x 224 and 1000 classes: 25.5 million parameters, 4 billion MACs.
     */
    public static FlatGraph resNet50(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, 224, 224, 1);
        x = net.relu("stem/relu", normalizedConv(net, "stem", x, 7, 1, 64, 2));
        x = net.pool("pool", x);
        int in = 64;
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < blocks.length; stage++) {
            for (int block = 0; block < blocks[stage]; block++) {
                var name = "stage%d/block%d".formatted(stage + 1, block + 1);
                x = bottleneck(net, name, x, in, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
                in = 256 << stage;
            }
        }
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("scores", x, in, 1000), 1000);
        return net.output("probabilities", net.softmax("softmax", x), -1, 1000).build();
    }

    private static String bottleneck(
            SampleNetwork net, String name, String x, int in, int inner, int stride) {
        int out = 4 * inner;
        var y = normalizedConv(net, name + "/conv1", x, 1, in, inner, 1);
        y = net.relu(name + "/conv1/relu", y);
        y = normalizedConv(net, name + "/conv2", y, 3, inner, inner, stride);
        y = net.relu(name + "/conv2/relu", y);
        y = normalizedConv(net, name + "/conv3", y, 1, inner, out, 1);
        var shortcut =
                in == out ? x : normalizedConv(net, name + "/shortcut", x, 1, in, out, stride);
        return net.relu(name + "/relu", net.plus(name + "/add", y, shortcut));
    }

    private static String normalizedBlock(
            SampleNetwork net, String name, String x, int in, int out) {
        int stride = in == out ? 1 : 2;
        var inner = normalizedConv(net, name + "/conv1", x, 3, in, out, stride);
        inner = net.relu(name + "/conv1/relu", inner);
        inner = normalizedConv(net, name + "/conv2", inner, 3, out, out, 1);
        var shortcut =
                in == out ? x : normalizedConv(net, name + "/shortcut", x, 1, in, out, stride);
        return net.relu(name + "/relu", net.plus(name + "/add", inner, shortcut));
    }

    private static String normalizedConv(
            SampleNetwork net, String name, String x, int size, int in, int out, int stride) {
        return net.batchNorm(name + "/norm", net.conv(name, x, size, in, out, stride), out);
    }

    /** Strided convolutions and two dense layers: scenes to the place of their item. */
    public static FlatGraph regression(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, Scenes.SIDE, Scenes.SIDE, 1);
        x = conv(net, "conv1", x, 5, 1, 16, 2);
        x = conv(net, "conv2", x, 3, 16, 24, 2);
        x = conv(net, "conv3", x, 3, 24, 32, 2);
        int features = 6 * 6 * 32;
        x = net.dense("dense1", net.reshape("flatten", x, -1, features), features, 64);
        x = net.relu("dense1/relu", net.bias("dense1/bias", x, 64));
        x = net.bias("place/bias", net.dense("place", x, 64, 2), 2);
        return net.output("place", x, -1, 2).build();
    }

    /**
     * A residual network of 50 layers (He et al. 2016, the bottleneck blocks of ResNet-50), a
     * quarter of its width: 49 convolutions beside its projections, and a dense layer.
     *
     * @param side height and width of the images, a multiple of 32
     */
    public static FlatGraph residual50(long seed, int side) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, side, side, 1);
        x = net.pool("pool", conv(net, "stem", x, 7, 1, 16, 2));
        int in = 16;
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < blocks.length; stage++) {
            int inner = 16 << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                var name = "stage%d/block%d".formatted(stage + 1, i + 1);
                x = biasedBottleneck(net, name, x, in, inner, stride);
                in = 4 * inner;
            }
        }
        x = net.globalAverage("average", x);
        x = net.bias("scores/bias", net.dense("scores", x, in, CLASSES), CLASSES);
        return net.output("probabilities", net.softmax("softmax", x), -1, CLASSES).build();
    }

    private static String biasedBottleneck(
            SampleNetwork net, String name, String x, int in, int inner, int stride) {
        int out = 4 * inner;
        var y = conv(net, name + "/conv1", x, 1, in, inner, 1);
        y = conv(net, name + "/conv2", y, 3, inner, inner, stride);
        y = net.bias(name + "/conv3/bias", net.conv(name + "/conv3", y, 1, inner, out, 1), out);
        var shortcut = x;
        if (in != out) {
            var projected = net.conv(name + "/shortcut", x, 1, in, out, stride);
            shortcut = net.bias(name + "/shortcut/bias", projected, out);
        }
        return net.relu(name + "/relu", net.plus(name + "/add", y, shortcut));
    }
}
