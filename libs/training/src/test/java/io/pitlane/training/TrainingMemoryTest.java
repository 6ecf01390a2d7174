package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.data.MemoryBudget;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
    /** Of the heap an image needs 2 * 10 + 20 = 40 bytes. */
    private static final TrainingMemory MEMORY = new TrainingMemory(10, 20, 100, 1000);

    @Test
    void aBatchThatFitsIsNotSplit() {
        var budget = new MemoryBudget(8 * 64 * 40, 1000 + 64 * 100);

        assertThat(MEMORY.microBatch(64, budget)).isEqualTo(64);
        assertThat(MEMORY.notes(64, 64, budget)).isEmpty();
    }

    @Test
    void nativeMemoryLimitsTheMicroBatch() {
        // 63 images fit: two parts of 32.
        var budget = new MemoryBudget(1 << 20, 1000 + 64 * 100 - 1);

        assertThat(MEMORY.microBatch(64, budget)).isEqualTo(32);
    }

    @Test
    void theHeapLimitsTheMicroBatch() {
        // 20 images fit: four parts of 16.
        var budget = new MemoryBudget(8 * 20 * 40, 1 << 20);

        assertThat(MEMORY.microBatch(64, budget)).isEqualTo(16);
        assertThat(MEMORY.forInputs(budget, 16)).isEqualTo(20 * 40 - 16 * 20);
    }

    @Test
    void aBudgetForLessThanOneImageGivesMicroBatchesOfOne() {
        assertThat(MEMORY.microBatch(64, new MemoryBudget(8, 8))).isEqualTo(1);
    }
}
