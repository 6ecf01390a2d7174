package io.pitlane.formats.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedDeltaTest {
    private static final long MOST = PackedModelReader.MOST_BYTES;

    @TempDir private Path folder;

    /** Models that were trained a little more. */
    private enum Kind {
        FLOATS(PackedSamples::floats),
        INT8(PackedSamples::int8),
        PRUNED(PackedSamples::pruned),
        CLUSTERED(PackedSamples::clustered);

        private final Supplier<FlatGraph> model;

        Kind(Supplier<FlatGraph> model) {
            this.model = model;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRetrainedModelComesBackFromItsBaseBitForBit(Kind kind) throws IOException {
        // Given
        var base = kind.model.get();
        var retrained = PackedSamples.retrained(base, 0.01);

        // When
        var delta = file(PackedModelWriter.packDelta(retrained, base));

        // Then
        assertThat(PackedModelReader.isDelta(delta)).isTrue();
        assertThat(PackedModelReader.readDelta(delta, base, MOST).toGraphDef())
                .isEqualTo(retrained.toGraphDef());
        assertThat(Files.size(delta)).isLessThan(PackedModelWriter.pack(retrained).length);
    }

    @Test
    void aDeltaOfTheSameModelHoldsAlmostNothing() {
        // Given
        var base = PackedSamples.int8();

        // Then
        assertThat(PackedModelWriter.packDelta(base, base).length)
                .isLessThan(PackedModelWriter.pack(base).length / 50);
    }

    @Test
    void quantizedCodesThatHaveMovedByAStepCostLittle() {
        // Given
        var base = PackedSamples.int8();
        var retrained = PackedSamples.movedBySteps(base, 0.1);

        // Then
        assertThat(PackedModelWriter.packDelta(retrained, base).length)
                .isLessThan(PackedModelWriter.pack(retrained).length / 4);
    }

    @Test
    void anotherBaseIsRefused() throws IOException {
        // Given
        var base = PackedSamples.int8();
        var other = PackedSamples.retrained(base, 0.01);
        var delta = file(PackedModelWriter.packDelta(other, base));

        // Then
        assertThatThrownBy(() -> PackedModelReader.readDelta(delta, other, MOST))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("delta.pitlane is relative to a model of digest")
                .hasMessageContaining("but the base has");
        assertThatThrownBy(() -> PackedModelReader.read(delta, MOST))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("is relative to another model");
    }

    @Test
    void aModelOfAnotherStructureIsPackedAllTheSame() throws IOException {
        // Given
        var base = SampleGraphs.residual();
        var graph = PackedSamples.int8();

        // When
        var delta = file(PackedModelWriter.packDelta(graph, base));

        // Then
        assertThat(PackedModelReader.readDelta(delta, base, MOST).toGraphDef())
                .isEqualTo(graph.toGraphDef());
    }

    private Path file(byte[] packed) throws IOException {
        return Files.write(folder.resolve("delta.pitlane"), packed);
    }
}
