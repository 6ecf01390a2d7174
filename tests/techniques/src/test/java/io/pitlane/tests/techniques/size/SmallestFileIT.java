package io.pitlane.tests.techniques.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.tests.techniques.size.SizeFigures.Errors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables and the plot of docs/smallest-file.md: the LeNets on MNIST, trained for rate and
 * scored as they come out of their files. It goes on where it was stopped; delete a row's folder to
 * make the row again.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "smallest-file",
        disabledReason = "takes hours: run with -Dpitlane.benchmark=smallest-file")
class SmallestFileIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.benchmark.folder", "target/smallest-file"))
                    .toAbsolutePath();
    private static final Path MNIST =
            Path.of(System.getProperty("pitlane.shared", "../shared"))
                    .toAbsolutePath()
                    .normalize()
                    .resolve("data/mnist");
    private static final List<Long> SEEDS =
            Arrays.stream(System.getProperty("pitlane.benchmark.seeds", "1,2,3").split(","))
                    .map(Long::valueOf)
                    .toList();

    /** Rows in whose network and training this is found. */
    private static final Pattern WANTED =
            Pattern.compile(System.getProperty("pitlane.benchmark.variants", ""));

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    static Stream<Arguments> rows() {
        return SizeVariant.all()
                .filter(v -> WANTED.matcher(v.net().label() + " " + v.name()).find())
                .flatMap(v -> SEEDS.stream().map(seed -> Arguments.of(v, seed)));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("rows")
    void aModelTrainedForRateIsSmallAndAccurate(SizeVariant variant, long seed) throws IOException {
        assumeThat(MNIST).exists();

        var figures = row(variant, seed).measured();

        System.out.printf(
                "%s, %s, seed %d: %d bytes, %.0fx, %+.2f points, %.0f s%n",
                variant.net().label(),
                variant.name(),
                seed,
                figures.bytes(),
                figures.ratio(),
                figures.loss(),
                figures.seconds());
        assertThat(figures.loss()).isLessThan(1);
        assertThat(figures.ratio()).isGreaterThan(10);
    }

    /** For what the rows of the one with dropout are compared with beside their own network. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theSameNetworkWithoutDropoutIsLessAccurate(long seed) throws IOException {
        assumeThat(MNIST).exists();
        assumeThat(WANTED.matcher(LeNet.WITHOUT_DROPOUT.label()).find()).isTrue();

        var without = dense(LeNet.WITHOUT_DROPOUT, seed).errors();

        var with = dense(LeNet.DENSE_300_100, seed).errors();
        assertThat(without.pooled()).isBetween(with.pooled(), 0.03);
    }

    static Stream<Long> seeds() {
        return SEEDS.stream();
    }

    @AfterAll
    static void writeTablesAndPlot() throws IOException {
        var table = new SizeTable();
        var dense = new DenseTable();
        var contexts = new ContextTable();
        var plot = new SizePlot();
        for (var variant : SizeVariant.all().toList()) {
            var rows =
                    SEEDS.stream()
                            .map(seed -> row(variant, seed))
                            .filter(SizeRow::isMeasured)
                            .toList();
            if (rows.isEmpty()) {
                continue;
            }
            var seeds = new ArrayList<SizeFigures>();
            var ablations = new ArrayList<ContextAblation>();
            for (var row : rows) {
                seeds.add(row.measured());
                ablations.add(ContextAblation.of(row.decoded()));
            }
            table.add(variant, new SeedMean(seeds));
            if (variant.isOfPlot()) {
                plot.add(variant, new SeedMean(seeds));
                contexts.add(variant, ablations);
            }
        }
        for (var net : LeNet.values()) {
            var errors = new ArrayList<Errors>();
            for (long seed : SEEDS) {
                if (dense(net, seed).isMeasured()) {
                    errors.add(dense(net, seed).errors());
                }
            }
            if (!errors.isEmpty()) {
                dense.add(net, errors);
            }
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("dense.md"), dense.render());
        Files.writeString(FOLDER.resolve("table.md"), table.render());
        Files.writeString(FOLDER.resolve("contexts.md"), contexts.render());
        Files.writeString(FOLDER.resolve("smallest-file.svg"), plot.render());
        System.out.println(table.render());
    }

    private static DenseRow dense(LeNet net, long seed) {
        return new DenseRow(FOLDER, MNIST, net, seed);
    }

    private static SizeRow row(SizeVariant variant, long seed) {
        return new SizeRow(FOLDER, MNIST, variant, seed);
    }
}
