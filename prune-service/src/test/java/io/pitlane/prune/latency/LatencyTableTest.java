package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.engine.Engine;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.prune.latency.LatencyTable.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTableTest {
    private static final Identity HERE = new Identity("Some CPU @ 2 GHz", Engine.TFLITE, "2.1", 1);

    @TempDir Path folder;
    private final List<String> measured = new ArrayList<>();

    @Test
    void aLayerIsMeasuredOnceForAllLayersOfItsSizes() {
        // Given
        var table = table(HERE);

        // When
        double first = table.millis(dense("a", 10, 4));
        double second = table.millis(dense("b", 10, 4));
        double other = table.millis(dense("a", 10, 5));

        // Then
        assertThat(measured).containsExactly("MatMul 1x10 * 10x4", "MatMul 1x10 * 10x5");
        assertThat(first).isEqualTo(second).isEqualTo(1);
        assertThat(other).isEqualTo(2);
    }

    @Test
    void anotherStepReadsTheFile() {
        // Given
        var table = table(HERE);
        table.millis(dense("a", 10, 4));
        table.save();
        measured.clear();

        // When
        double again = table(HERE).millis(dense("c", 10, 4));

        // Then
        assertThat(again).isEqualTo(1);
        assertThat(measured).isEmpty();
    }

    @Test
    void anotherProcessorEngineVersionOrNumberOfThreadsMeasuresAnew() {
        // Given
        var table = table(HERE);
        table.millis(dense("a", 10, 4));
        table.save();
        measured.clear();

        // When
        for (var other :
                List.of(
                        new Identity("Other CPU", Engine.TFLITE, "2.1", 1),
                        new Identity("Some CPU @ 2 GHz", Engine.ONNXRUNTIME, "2.1", 1),
                        new Identity("Some CPU @ 2 GHz", Engine.TFLITE, "2.2", 1),
                        new Identity("Some CPU @ 2 GHz", Engine.TFLITE, "2.1", 2),
                        // the same name of the file
                        new Identity("Some CPU _ 2 GHz", Engine.TFLITE, "2.1", 1))) {
            table(other).millis(dense("a", 10, 4));
        }

        // Then
        assertThat(measured).hasSize(5);
    }

    @Test
    void twoStepsThatWriteKeepTheFiguresOfBoth() {
        // Given
        var one = table(HERE);
        var two = table(HERE);
        one.millis(dense("a", 10, 4));
        two.millis(dense("a", 10, 5));

        // When
        one.save();
        two.save();

        // Then
        assertThat(table(HERE).size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"identity\":", "[]", "null", "{}"})
    void aDamagedFileIsMeasuredAnew(String content) throws IOException {
        // Given
        table(HERE).save();
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, content);

        // When
        double millis = table(HERE).millis(dense("a", 10, 4));

        // Then
        assertThat(millis).isEqualTo(1);
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
        // Given
        var blocked = Files.createFile(folder.resolve("file")).resolve("below");
        var table = new LatencyTable(HERE, blocked, workload -> 7);

        // When
        double millis = table.millis(dense("a", 10, 4));
        table.save();

        // Then
        assertThat(millis).isEqualTo(7);
    }

    private LatencyTable table(Identity identity) {
        return new LatencyTable(
                identity,
                folder,
                workload -> {
                    measured.add(workload.key());
                    return measured.size();
                });
    }

    private static LayerWorkload dense(String name, long in, long out) {
        var node = NodeBuilder.of("MatMul", name).input("x").input("w").build();
        return new LayerWorkload(node, List.of(1L, in), List.of(in, out));
    }
}
