package io.pitlane.tests.techniques.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.graph.natives.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The tables of docs/smallest-file.md for whole plans: models that are pruned, trained for rate,
 * and scored as they come out of their files. It goes on where it was stopped; delete the folder of
 * a step to run it again.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "smallest-plan",
        disabledReason = "takes hours: run with -Dpitlane.benchmark=smallest-plan")
class PlanSizeIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.benchmark.folder", "target/smallest-plan"))
                    .toAbsolutePath();
    private static final List<Long> SEEDS =
            Arrays.stream(System.getProperty("pitlane.benchmark.seeds", "1,2,3").split(","))
                    .map(Long::valueOf)
                    .toList();

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    /** Those of a file that {@code pitlane.benchmark.variants} names, else those of the docs. */
    private static Stream<PlanVariant> variants() throws IOException {
        var file = System.getProperty("pitlane.benchmark.variants");
        return file == null ? PlanVariant.all() : PlanVariant.in(Path.of(file));
    }

    static Stream<Arguments> rows() throws IOException {
        return variants().flatMap(v -> SEEDS.stream().map(seed -> Arguments.of(v, seed)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aPlanMakesASmallAndAccurateModel(PlanVariant variant, long seed) throws IOException {
        assumeThat(variant.model().isAvailable()).isTrue();
        variant.model().makeIfMissing(FOLDER.resolve(variant.model().label()));

        var figures = row(variant, seed).measured();

        var table = new PlanTable();
        table.add(variant, seed, figures);
        System.out.println(table.render());
        assertThat(figures.ratio()).isGreaterThan(10);
        assertThat(figures.loss()).isLessThan(3);
    }

    @AfterAll
    static void writeTheTable() throws IOException {
        var table = new PlanTable();
        for (var variant : variants().toList()) {
            for (long seed : SEEDS) {
                var row = row(variant, seed);
                if (row.isMeasured()) {
                    table.add(variant, seed, row.measured());
                }
            }
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("table.md"), table.render());
        System.out.println(table.render());
    }

    private static PlanRow row(PlanVariant variant, long seed) {
        return new PlanRow(FOLDER.resolve(variant.model().label()), variant, seed);
    }
}
