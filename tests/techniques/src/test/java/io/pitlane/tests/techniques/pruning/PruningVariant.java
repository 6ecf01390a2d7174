package io.pitlane.tests.techniques.pruning;

import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final String NOT_RECONSTRUCTED =
            "reconstruction: {method: none, batchNorm: false}";
    private static final String NOT_TRAINED = "fineTune: {epochs: 0}";
    private static final List<String> CRITERIA =
            List.of(
                    "l2",
                    "geometric-median",
                    "taylor",
                    "fisher",
                    "lamp",
                    "mean-activation",
                    "random");

    /** The variants of a model, in the order of the table. */
    static Stream<PruningVariant> of(BenchmarkModel model) {
        return switch (model) {
            case TRAFFIC_SIGNS, DEMO -> Stream.concat(untrained(2, 4, 8), trained(2, 4, 8));
            case RESNET20 -> Stream.concat(untrained(2, 2.6, 4), trained(2, 2.6, 4));
            case MOBILE -> Stream.concat(half(), longer());
            case UNET, DETECTOR -> half();
            default -> Stream.of();
        };
    }

    /** Criteria and policies with the same number of MACs, before any training. */
    private static Stream<PruningVariant> untrained(double... reductions) {
        return Arrays.stream(reductions).boxed().flatMap(PruningVariant::untrained);
    }

    private static Stream<PruningVariant> untrained(double reduction) {
        var policies =
                Stream.of(
                        untrained("", reduction, ratio(reduction)),
                        untrained("by target, ", reduction, target(reduction)),
                        untrained(
                                "l1 by target, ",
                                reduction,
                                "criterion: l1, " + target(reduction)));
        var criteria =
                CRITERIA.stream()
                        .map(
                                each ->
                                        untrained(
                                                each + ", ",
                                                reduction,
                                                "criterion: " + each + ", " + ratio(reduction)));
        return Stream.concat(policies, criteria).flatMap(each -> each);
    }

    /** With and without reconstruction. */
    private static Stream<PruningVariant> untrained(String name, double reduction, String what) {
        return Stream.of(
                variant(name + "cut only", reduction, what, NOT_RECONSTRUCTED, NOT_TRAINED),
                variant(name + "reconstructed", reduction, what, NOT_TRAINED));
    }

    /** The defaults, and what they are compared with. */
    private static Stream<PruningVariant> trained(double... reductions) {
        return Arrays.stream(reductions)
                .boxed()
                .flatMap(
                        r ->
                                Stream.of(
                                        variant("cut, fine-tuned", r, ratio(r), NOT_RECONSTRUCTED),
                                        variant("default", r, ratio(r)),
                                        variant("default by target", r, target(r)),
                                        variant("3 rounds", r, ratio(r), "rounds: 3")));
    }

    /** Half of the MACs by a target. */
    private static Stream<PruningVariant> half() {
        return Stream.of(
                variant("by target, cut only", 2, target(2), NOT_RECONSTRUCTED, NOT_TRAINED),
                variant("by target, reconstructed", 2, target(2), NOT_TRAINED),
                variant("default by target", 2, target(2)));
    }

    /** A higher rate and more epochs, for a small network that leaves much to be learnt. */
    private static Stream<PruningVariant> longer() {
        return Stream.of(
                variant(
                        "by target, 16 epochs at rate 0.003",
                        2,
                        target(2),
                        "fineTune: {epochs: 16, learningRate: 0.003}"));
    }

    /** The MACs of most layers fall with the channels before and behind them. */
    private static String ratio(double reduction) {
        return String.format(Locale.ROOT, "ratio: %.3f", 1 - Math.sqrt(1 / reduction));
    }

    private static String target(double reduction) {
        return String.format(Locale.ROOT, "target: {macs: %.3f}", 1 / reduction);
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
