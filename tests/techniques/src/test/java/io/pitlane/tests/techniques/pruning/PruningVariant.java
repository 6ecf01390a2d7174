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
 * @param group of the series, that are compared with each other
 * @param series the line of the plot that it is a point of
 * @param reduction how many times fewer MACs
 * @param options the options of the step, as a plan's text has them
 */
record PruningVariant(String group, String series, double reduction, String options) {
    private static final String TRAINED = "trained";
    private static final String GLOBAL = "one ranking";

    private static final String NOT_RECONSTRUCTED =
            "reconstruction: {method: none, batchNorm: false}";
    private static final String FEW_IMAGES = "reconstruction: {samples: 512}";
    private static final String NOT_TRAINED = "fineTune: {epochs: 0}";
    private static final List<String> CRITERIA =
            List.of(
                    "l1",
                    "l2",
                    "geometric-median",
                    "taylor",
                    "fisher",
                    "mean-activation",
                    "apoz",
                    "lamp",
                    "random",
                    "batch-norm-scale");

    /** The variants of a model, in the order of the tables. */
    static Stream<PruningVariant> of(BenchmarkModel model) {
        return switch (model) {
            case TRAFFIC_SIGNS ->
                    concat(List.of(byTarget(4, 8), byRatio(4), cutOnly(4), untrained(4)));
            case DEMO -> byTarget(2, 4);
            case RESNET20 ->
                    concat(
                            List.of(
                                    byTarget(2),
                                    Stream.of(
                                            byTarget("default", 2.6),
                                            byTarget("l1", 2, "criterion: l1")),
                                    untrained(4)));
            case MOBILE, UNET, DETECTOR -> byTarget(2);
            default -> Stream.of();
        };
    }

    private static Stream<PruningVariant> concat(List<Stream<PruningVariant>> parts) {
        return parts.stream().flatMap(each -> each);
    }

    /** The default of a target, and what it is without training and reconstruction. */
    private static Stream<PruningVariant> byTarget(double... reductions) {
        return Arrays.stream(reductions)
                .boxed()
                .flatMap(
                        r ->
                                Stream.of(
                                        byTarget("cut only", r, NOT_RECONSTRUCTED, NOT_TRAINED),
                                        byTarget("reconstructed", r, NOT_TRAINED),
                                        byTarget("default", r)));
    }

    private static PruningVariant byTarget(String series, double reduction, String... options) {
        return trained(series, reduction, target(reduction), options);
    }

    /** The same ratio of every group, recovered without training. */
    private static Stream<PruningVariant> byRatio(double reduction) {
        var ratio = ratio(reduction);
        return Stream.of(
                trained("ratio, cut only", reduction, ratio, NOT_RECONSTRUCTED, NOT_TRAINED),
                trained("ratio, reconstructed", reduction, ratio, NOT_TRAINED));
    }

    private static PruningVariant trained(
            String series, double reduction, String amount, String... options) {
        var all = Stream.concat(Stream.of(amount), Stream.of(options)).toArray(String[]::new);
        return new PruningVariant(TRAINED, series, reduction, step(all));
    }

    /** Every criterion with every policy, reconstructed and not trained. */
    private static Stream<PruningVariant> untrained(double reduction) {
        return CRITERIA.stream().flatMap(each -> untrained(each, reduction));
    }

    private static Stream<PruningVariant> untrained(String criterion, double reduction) {
        return Stream.of(
                untrained("target", criterion, reduction, target(reduction), FEW_IMAGES),
                untrained("one ratio", criterion, reduction, ratio(reduction), FEW_IMAGES),
                untrained(GLOBAL, criterion, reduction, globalRatio(reduction), FEW_IMAGES));
    }

    /** The same without reconstruction. */
    private static Stream<PruningVariant> cutOnly(double reduction) {
        return CRITERIA.stream()
                .flatMap(
                        each ->
                                Stream.of(
                                        cutOnly("target", each, reduction, target(reduction)),
                                        cutOnly("one ratio", each, reduction, ratio(reduction)),
                                        cutOnly(GLOBAL, each, reduction, globalRatio(reduction))));
    }

    private static PruningVariant cutOnly(
            String policy, String criterion, double reduction, String amount) {
        return untrained(policy + ", cut only", criterion, reduction, amount, NOT_RECONSTRUCTED);
    }

    private static PruningVariant untrained(
            String policy,
            String criterion,
            double reduction,
            String amount,
            String reconstruction) {
        var options = step("criterion: " + criterion, amount, NOT_TRAINED, reconstruction);
        return new PruningVariant(policy, criterion, reduction, options);
    }

    /** The MACs of most layers fall with the channels before and behind them. */
    private static String ratio(double reduction) {
        return String.format(Locale.ROOT, "ratio: %.3f", 1 - Math.sqrt(1 / reduction));
    }

    private static String globalRatio(double reduction) {
        return "policy: global, " + ratio(reduction);
    }

    private static String target(double reduction) {
        return String.format(Locale.ROOT, "target: {macs: %.3f}", 1 / reduction);
    }

    private static String step(String... options) {
        return "{" + String.join(", ", options) + "}";
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
                TRAINED, parts[0].strip(), Double.parseDouble(parts[1].strip()), parts[2].strip());
    }

    /** What tables and logs call it. */
    String label() {
        return isTrained() ? series : group + ", " + series;
    }

    /** Whether it is compared with the trained ones, not with others before any training. */
    boolean isTrained() {
        return group.equals(TRAINED);
    }

    /** Whether the reduction follows from the options; one ranking takes channels of any cost. */
    boolean isOfKnownReduction() {
        return !group.startsWith(GLOBAL);
    }

    /** Whether the seed decides more than which images are sampled. */
    boolean isOfSeed() {
        return !options.contains(NOT_TRAINED);
    }

    /** The folder of its row. */
    String folder() {
        var words = (label() + " " + reduction).toLowerCase(Locale.ROOT).split("[^a-z0-9.]+");
        return String.join("-", Arrays.asList(words));
    }
}
