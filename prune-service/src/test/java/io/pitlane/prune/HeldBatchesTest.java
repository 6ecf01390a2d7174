package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldBatchesTest {
    private static final List<FloatTensor> BATCHES =
            List.of(new FloatTensor(new float[] {1, 2}, 2), new FloatTensor(new float[] {3}, 1));

    private int passes;

    @Test
    void theSourceIsReadOnce() {
        // Given
        var batches = new HeldBatches(this::pass);

        // When
        batches.forEach(batch -> {});

        // Then
        assertThat(batches).containsExactlyElementsOf(BATCHES);
        assertThat(passes).isEqualTo(1);
    }

    @Test
    void anUnfinishedPassIsNotTakenForAll() {
        // Given
        var batches = new HeldBatches(this::pass);

        // When
        batches.iterator().next();

        // Then
        assertThat(batches).containsExactlyElementsOf(BATCHES);
        assertThat(passes).isEqualTo(2);
    }

    private Iterator<FloatTensor> pass() {
        passes++;
        return BATCHES.iterator();
    }
}
