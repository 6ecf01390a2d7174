package io.pitlane.tests.techniques.size;

import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Steps of a plan that make a model small.
 *
 * @param model the model before
 * @param steps the steps, as a plan writes them
 */
record PlanVariant(BenchmarkModel model, List<String> steps) {

    /** Share of the training images in the validation split, that of a plan without options. */
    static final double VALIDATION = 0.1;

    private static final String SIGNS = "prune: {target: {macs: 0.25}}";
    private static final String ITEMS = "prune: {target: {macs: 0.5}}";
    private static final String SIGNS_CHANGE = "{shift: 2, brightness: 0.1}";
    private static final String ITEMS_CHANGE = "{flip: true, shift: 2}";
    private static final String LABELS =
            ", learningRate: 0.06, loss: {labels: 1, softTargets: 0.1}";

    /** Those of docs/smallest-file.md. */
    static Stream<PlanVariant> all() {
        var small = entropy("1e-5, learningRate: 0.06", 30, SIGNS_CHANGE);
        return Stream.of(
                signs(entropy("3e-6" + LABELS, 30, SIGNS_CHANGE)),
                signs(entropy("1.2e-5" + LABELS, 30, SIGNS_CHANGE)),
                signs(entropy("1.2e-5" + LABELS, 30, "{}")),
                signs(entropy("3e-6, learningRate: 0.06", 30, SIGNS_CHANGE)),
                signs(small),
                signs(small, entropy("1e-5, learningRate: 0.03", 1, SIGNS_CHANGE)),
                signs(small, entropy("1e-5, learningRate: 0.01", 1, SIGNS_CHANGE)),
                signs(small, "quantize: {}"),
                signs(entropy("4e-5, learningRate: 0.06", 30, SIGNS_CHANGE)),
                signs(entropy("1e-4, learningRate: 0.06", 30, SIGNS_CHANGE)),
                items(entropy("3e-6, learningRate: 0.03", 30, ITEMS_CHANGE)),
                items(entropy("3.5e-6, learningRate: 0.03", 30, ITEMS_CHANGE)));
    }

    private static PlanVariant signs(String... quantize) {
        return new PlanVariant(
                BenchmarkModel.TRAFFIC_SIGNS,
                Stream.concat(Stream.of(SIGNS), Stream.of(quantize)).toList());
    }

    private static PlanVariant items(String quantize) {
        return new PlanVariant(BenchmarkModel.RESNET20, List.of(ITEMS, quantize));
    }

    private static String entropy(String rate, int epochs, String augmentation) {
        return """
               quantize: {scheme: entropy, rate: {lambda: %s}, \
               training: {epochs: %d, batchSize: 64, augmentation: %s}}"""
                .formatted(rate, epochs, augmentation);
    }

    /** One a line: the label of the model and the steps, with a semicolon before each step. */
    static Stream<PlanVariant> in(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" *; *"))
                .map(
                        parts ->
                                new PlanVariant(
                                        BenchmarkModel.wanted(BenchmarkModel.values())
                                                .filter(m -> m.label().equals(parts[0]))
                                                .findFirst()
                                                .orElseThrow(),
                                        Arrays.asList(parts).subList(1, parts.length)));
    }

    /** The steps, as one line of a table. */
    String name() {
        return String.join(", ", steps);
    }
}
