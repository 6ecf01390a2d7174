package io.pitlane.tests.techniques.size;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.ValidationSplit;
import io.pitlane.training.loss.TaskLosses;
import java.nio.file.Path;
import java.util.Map;

/** The LeNets (LeCun et al. 1998) on MNIST, by which model compression is compared. */
enum LeNet {
    /** Dense layers of 300, 100 and 10 units, trained with dropout. */
    DENSE_300_100(
            "300-100",
            40,
            0,
            new Dropout(
                    Map.of("flatten", 0.1, "dense1/relu", 0.4, "dense2/relu", 0.2),
                    Map.of("flatten", 784, "dense1/relu", 300, "dense2/relu", 100),
                    LeNet.BATCH)) {
        @Override
        FlatGraph untrained(long seed) {
            return denseLayers(seed);
        }
    },

    /** The same, trained without dropout. */
    WITHOUT_DROPOUT("300-100-plain", 20, 0, new Dropout(Map.of(), Map.of(), LeNet.BATCH)) {
        @Override
        FlatGraph untrained(long seed) {
            return denseLayers(seed);
        }
    },

    /** The same, trained with images that are shifted by a pixel at most. */
    SHIFTED(
            "300-100-shifted",
            25,
            1,
            new Dropout(
                    Map.of("dense1/relu", 0.2, "dense2/relu", 0.1),
                    Map.of("dense1/relu", 300, "dense2/relu", 100),
                    LeNet.BATCH)) {
        @Override
        FlatGraph untrained(long seed) {
            return denseLayers(seed);
        }
    },

    /** 5 x 5 convolutions of 20 and 50 channels, dense layers of 500 and 10 units. */
    LENET_5(
            "lenet-5",
            12,
            0,
            new Dropout(
                    Map.of("flatten", 0.25, "dense1/relu", 0.5),
                    Map.of("flatten", 800, "dense1/relu", 500),
                    LeNet.BATCH)) {
        @Override
        FlatGraph untrained(long seed) {
            var net = new SampleNetwork(seed);
            var x = net.input("image", -1, 28, 28, 1);
            x = net.relu("relu1", net.pool("pool1", convolution(net, "conv1", x, 1, 20)));
            x = net.relu("relu2", net.pool("pool2", convolution(net, "conv2", x, 20, 50)));
            x = net.reshape("flatten", x, -1, 800);
            x = net.relu("dense1/relu", dense(net, "dense1", x, 800, 500));
            return scores(net, dense(net, "dense2", x, 500, 10));
        }
    };

    private static final int BATCH = 125;
    static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();

    /** 5,000 of 60,000 images. */
    static final double VALIDATION = 1 / 12.0;

    private final String label;
    private final Training options;
    private final Dropout dropout;

    LeNet(String label, int epochs, int shift, Dropout dropout) {
        this.label = label;
        this.dropout = dropout;
        this.options =
                Training.builder()
                        .epochs(epochs)
                        .learningRate(0.001)
                        .batchSize(BATCH)
                        .augmentation(new Augmentation(false, shift, null))
                        .validation(0)
                        .build();
    }

    /** Its name in tables and its folder's. */
    String label() {
        return label;
    }

    /** The augmentation of its trainings. */
    Augmentation augmentation() {
        return options.augmentation();
    }

    /** From grey images {@code [N, 28, 28, 1]} in 0..1 to probabilities {@code [N, 10]}. */
    abstract FlatGraph untrained(long seed);

    /** The images of MNIST: {@code train} or {@code t10k}. */
    static ImageSet images(Path mnist, String part) {
        return ImageSources.open(
                new DataSource.Idx(part + "-images-idx3-ubyte.gz", part + "-labels-idx1-ubyte.gz"),
                mnist);
    }

    /** Trained on the images outside of the validation split of this seed. */
    FlatGraph trained(ImageSet all, long seed) {
        var images = all.subset(ValidationSplit.of(all, seed, VALIDATION).training());
        var graph = untrained(seed);
        var withDropout = dropout.in(graph, seed);
        var loss = new TaskLosses(Task.CLASSIFICATION, images, options).labels(withDropout, 1);
        var trained =
                new Trainer(withDropout, loss.stream().toList(), options, seed)
                        .withoutStart()
                        .run(
                                images,
                                Preprocessor.of(INPUT, graph.signature().inputs().get(0)),
                                TrainingListener.NONE);
        return Dropout.without(graph, trained.graph());
    }

    private static FlatGraph denseLayers(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.reshape("flatten", net.input("image", -1, 28, 28, 1), -1, 784);
        x = net.relu("dense1/relu", dense(net, "dense1", x, 784, 300));
        x = net.relu("dense2/relu", dense(net, "dense2", x, 300, 100));
        return scores(net, dense(net, "dense3", x, 100, 10));
    }

    private static FlatGraph scores(SampleNetwork net, String x) {
        return net.output("probabilities", net.softmax("probabilities", x), -1, 10).build();
    }

    private static String dense(SampleNetwork net, String name, String x, int in, int out) {
        return bias(net, name, net.dense(name, x, in, out), out);
    }

    private static String convolution(SampleNetwork net, String name, String x, int in, int out) {
        var kernel = net.weights(name + "/kernel", 0, Math.sqrt(2.0 / (25 * in)), 5, 5, in, out);
        var convolved =
                NodeBuilder.of("Conv2D", name)
                        .input(x)
                        .input(kernel)
                        .type("T", DT_FLOAT)
                        .ints("strides", 1L, 1, 1, 1)
                        .string("padding", "VALID");
        return bias(net, name, net.add(convolved), out);
    }

    private static String bias(SampleNetwork net, String name, String x, int channels) {
        return net.add(
                NodeBuilder.of("BiasAdd", name + "/bias_add")
                        .input(x)
                        .input(net.values(name + "/bias", new float[channels], channels))
                        .type("T", DT_FLOAT));
    }
}
