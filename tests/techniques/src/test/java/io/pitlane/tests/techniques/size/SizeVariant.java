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
    /** Of a variant that does not name its epochs. */
    private static final int EPOCHS = 30;

    /** Those of docs/smallest-file.md. */
    static Stream<SizeVariant> all() {
        return Stream.of(
                        List.of(
                                rate(LeNet.DENSE_300_100, "8.5e-6", 0.06, EPOCHS, ""),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.06, EPOCHS, ""),
                                rate(LeNet.DENSE_300_100, "2.3e-5", 0.06, EPOCHS, ""),
                                rate(LeNet.DENSE_300_100, "2.5e-5", 0.06, EPOCHS, ""),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.06, 60, ""),
                                rate(LeNet.DENSE_300_100, "2e-5", 0.06, 60, ""),
                                rate(LeNet.DENSE_300_100, "2.5e-5", 0.06, 60, ""),
                                rate(LeNet.LENET_5, "1.2e-5", 0.06, EPOCHS, ""),
                                rate(LeNet.LENET_5, "2.7e-5", 0.06, EPOCHS, ""),
                                rate(LeNet.LENET_5, "2.6e-5", 0.06, 60, ""),
                                rate(LeNet.SHIFTED, "1e-5", 0.06, 60, "")),
                        List.of(
                                rate(LeNet.DENSE_300_100, "0", 0.06, EPOCHS, ""),
                                rate(LeNet.DENSE_300_100, "1e-5", 0.03, EPOCHS, ""),
                                rate(
                                        LeNet.DENSE_300_100,
                                        "4e-6",
                                        0.06,
                                        EPOCHS,
                                        "loss: {labels: 1, softTargets: 0}"),
                                rate(
                                        LeNet.DENSE_300_100,
                                        "1e-5",
                                        0.06,
                                        EPOCHS,
                                        "steps: per-channel")))
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
        var longer = epochs == EPOCHS ? "" : ", epochs: " + epochs;
        return new SizeVariant(
                net,
                rate.replace("learningRate", "rate") + longer,
                "{quantize: {scheme: entropy, rate: {%s}, training: {%s, validation: %s}}}"
                        .formatted(rate, training, LeNet.VALIDATION));
    }

    /** Whether it differs from others in lambda and epochs alone: a point of the plot. */
    boolean isOfPlot() {
        return name.matches("lambda: [^,]*, rate: 0.06(, epochs: \\d+)?");
    }

    /** The name of its line of the plot. */
    String line() {
        return net.label() + name.replaceFirst("^lambda: [^,]*, rate: 0.06", "");
    }

    /** A name for a folder. */
    String folder() {
        return name.replaceAll("[^A-Za-z0-9.-]+", "_");
    }
}
