package io.pitlane.tests.techniques.pruning;

import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables and the plot of docs/pruning.md: models pruned in several ways. It goes on where it
 * was stopped; delete a row's folder to make the row again.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "pruning",
        disabledReason = "takes hours: run with -Dpitlane.benchmark=pruning")
class PruningBenchmarkIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.benchmark.folder", "target/pruning"))
                    .toAbsolutePath();
    private static final List<Long> SEEDS =
            Arrays.stream(System.getProperty("pitlane.benchmark.seeds", "1,2,3").split(","))
                    .map(Long::valueOf)
                    .toList();

    /** Of the latest row; rows of the same model follow each other. */
    private static OriginalOnTestImages original;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    static Stream<BenchmarkModel> models() {
        return BenchmarkModel.wanted(
                BenchmarkModel.TRAFFIC_SIGNS,
                BenchmarkModel.DEMO,
                BenchmarkModel.RESNET20,
                BenchmarkModel.MOBILE,
                BenchmarkModel.UNET,
                BenchmarkModel.DETECTOR);
    }

    /** One seed of every row first. */
    static Stream<Arguments> rows() {
        var rows = new ArrayList<Arguments>();
        for (var seed : SEEDS) {
            models().forEach(
                            model ->
                                    variants(model)
                                            .filter(v -> seeds(v).contains(seed))
                                            .forEach(v -> rows.add(Arguments.of(model, v, seed))));
        }
        return rows.stream();
    }

    private static List<Long> seeds(PruningVariant variant) {
        return variant.isOfSeed() ? SEEDS : SEEDS.subList(0, 1);
    }

    /** Those of a file that {@code pitlane.benchmark.variants} names, else those of the docs. */
    private static Stream<PruningVariant> variants(BenchmarkModel model) {
        var series = System.getProperty("pitlane.benchmark.series", "").split(";");
        var file = System.getProperty("pitlane.benchmark.variants");
        var variants = file == null ? PruningVariant.of(model) : PruningVariant.in(Path.of(file));
        return variants.filter(v -> Arrays.stream(series).anyMatch(v.label()::contains));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aPrunedModelKeepsToItsReduction(BenchmarkModel model, PruningVariant variant, long seed)
            throws IOException {
        // Given
        assumeThat(model.isAvailable()).as("model and data of %s are there", model).isTrue();
        model.makeIfMissing(folder(model));

        // When
        var figures = new PruningRow(folder(model), variant, seed).measured(original(model));

        // Then
        System.out.printf(
                "%s, %s, seed %d: %.2fx fewer MACs, %.2f points lost of %.2f, %.0f s%n",
                model.label(),
                variant.label(),
                seed,
                figures.reduction(),
                figures.loss(),
                100 * figures.before(),
                figures.seconds());
        if (variant.isOfKnownReduction()) {
            assertThat(figures.reduction())
                    .isBetween(0.8 * variant.reduction(), 1.25 * variant.reduction());
        } else {
            assertThat(figures.reduction()).isGreaterThan(1);
        }
    }

    private static OriginalOnTestImages original(BenchmarkModel model) throws IOException {
        if (original == null || !original.isIn(folder(model))) {
            closeOriginal();
            original = new OriginalOnTestImages(folder(model));
        }
        return original;
    }

    @AfterAll
    static void closeOriginal() {
        if (original != null) {
            original.close();
        }
    }

    @AfterAll
    static void writeTablesAndPlot() throws IOException {
        var text = new StringBuilder();
        var plot = new PruningPlot();
        for (var model : models().toList()) {
            var points = points(model).collect(partitioningBy(p -> p.variant().isTrained()));
            if (!points.get(true).isEmpty()) {
                text.append("\n").append(model.label()).append("\n\n");
                text.append(PruningTable.of(points.get(true)));
                plot.add(model.label(), points.get(true));
            }
            if (!points.get(false).isEmpty()) {
                text.append("\n").append(model.label()).append(", not trained\n\n");
                text.append(SaliencyTable.of(points.get(false)));
            }
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("tables.md"), text);
        Files.writeString(FOLDER.resolve("pruning.svg"), plot.render());
        System.out.println(text);
    }

    /** What has been measured of a model. */
    private static Stream<SeriesPoint> points(BenchmarkModel model) throws IOException {
        var points = new ArrayList<SeriesPoint>();
        for (var variant : variants(model).toList()) {
            var figures = new ArrayList<PruningFigures>();
            for (var seed : SEEDS) {
                var row = new PruningRow(folder(model), variant, seed);
                if (row.isMeasured()) {
                    figures.add(row.figures());
                }
            }
            if (!figures.isEmpty()) {
                points.add(new SeriesPoint(variant, List.copyOf(figures)));
            }
        }
        return points.stream();
    }

    private static Path folder(BenchmarkModel model) {
        return FOLDER.resolve(model.label());
    }
}
