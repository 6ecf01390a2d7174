package io.pitlane.tests.techniques.pruning;

import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A way to prune a model: what a plan's prune step says.
 *
 * @param series the line of the plot that it is a point of
 * @param reduction how many times fewer MACs
 * @param options the options of the step, as a plan's text has them
 */
record PruningVariant(String series, double reduction, String options) {

    /** The variants of a model, in the order of the table. */
    static Stream<PruningVariant> of(BenchmarkModel model) {
        return switch (model) {
            case TRAFFIC_SIGNS -> study(List.of(2.0, 4.0, 8.0), "fineTune: {epochs: 8}");
            case DEMO -> study(List.of(2.0, 4.0, 8.0), "fineTune: {epochs: 8}");
            case RESNET20 -> study(List.of(2.0, 2.6, 4.0), "fineTune: {epochs: 8}");
            default -> Stream.of();
        };
    }

    private static Stream<PruningVariant> study(List<Double> reductions, String fineTune) {
        var variants = new ArrayList<PruningVariant>();
        for (double reduction : reductions) {
            // The MACs of a layer fall with the channels before and behind it.
            var ratio = String.format(Locale.ROOT, "ratio: %.3f", 1 - Math.sqrt(1 / reduction));
            variants.add(variant("cut only", reduction, ratio, "fineTune: {epochs: 0}"));
            variants.add(variant("l1, uniform", reduction, ratio, fineTune));
        }
        return variants.stream();
    }

    private static PruningVariant variant(String series, double reduction, String... options) {
        return new PruningVariant(series, reduction, "{" + String.join(", ", options) + "}");
    }

    /**
     * Variants in a file, one a line: {@code series; reduction; {options}}.
     *
     * @throws IllegalArgumentException when a line is not of this form
     */
    static Stream<PruningVariant> in(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(PruningVariant::parse);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the variants in " + file, e);
        }
    }

    private static PruningVariant parse(String line) {
        var parts = line.split(";", 3);
        if (parts.length < 3) {
            throw new IllegalArgumentException(
                    "'%s' is not of the form 'series; reduction; {options}'".formatted(line));
        }
        return new PruningVariant(
                parts[0].strip(), Double.parseDouble(parts[1].strip()), parts[2].strip());
    }

    /** The folder of its row. */
    String folder() {
        var words = (series + " " + reduction).toLowerCase(Locale.ROOT).split("[^a-z0-9.]+");
        return String.join("-", Arrays.asList(words));
    }
}
