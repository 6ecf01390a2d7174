package io.pitlane.tests.techniques.size;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way to train a network for rate.
 *
 * @param net the network
 * @param name in tables and of the folder
 * @param step the options of the step, as a plan writes them
 */
record SizeVariant(LeNet net, String name, String step) {

    /** Those of docs/smallest-file.md. */
    static Stream<SizeVariant> all() {
        return Stream.of(
                        List.of(
                                rate(LeNet.DENSE_300_100, "8.5e-6", 0.06, 30, ""),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.06, 30, ""),
                                rate(LeNet.DENSE_300_100, "2.3e-5", 0.06, 30, ""),
                                rate(LeNet.DENSE_300_100, "2.5e-5", 0.06, 30, ""),
                                rate(LeNet.LENET_5, "1.15e-5", 0.06, 20, ""),
                                rate(LeNet.LENET_5, "2.3e-5", 0.06, 20, ""),
                                rate(LeNet.SHIFTED, "1e-5", 0.06, 30, "")),
                        List.of(
                                rate(LeNet.DENSE_300_100, "0", 0.06, 30, ""),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.03, 30, ""),
                                rate(
                                        LeNet.DENSE_300_100,
                                        "4e-6",
                                        0.06,
                                        30,
                                        "loss: {labels: 1, softTargets: 0}"),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.06, 30, "steps: per-channel")))
                .flatMap(List::stream);
    }

    private static SizeVariant rate(
            LeNet net, String lambda, double learningRate, int epochs, String more) {
        var rate =
                "lambda: %s, learningRate: %s%s"
                        .formatted(lambda, learningRate, more.isEmpty() ? "" : ", " + more);
        var augmentation = net.augmentation();
        var training =
                "epochs: %d, batchSize: 125, augmentation: {shift: %d}"
                        .formatted(epochs, augmentation.shift());
        return new SizeVariant(
                net,
                rate.replace("learningRate", "rate"),
                "{quantize: {scheme: entropy, rate: {%s}, training: {%s, validation: %s}}}"
                        .formatted(rate, training, LeNet.VALIDATION));
    }

    /** Whether it differs from others in lambda alone: a point of the line of its network. */
    boolean isOfPlot() {
        return name.matches("lambda: [^,]*, rate: 0.06");
    }

    /** A name for a folder. */
    String folder() {
        return name.replaceAll("[^A-Za-z0-9.-]+", "_");
    }
}
