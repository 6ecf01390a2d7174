package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    @Test
    void theBudgetOfAProcessFollowsFromItsLimits() {
        var budget = MemoryBudget.ofProcess();

        assertThat(budget.heap()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(budget.nativeMemory()).isPositive();
        assertThat(MemoryBudget.ofProcess()).isEqualTo(budget);
    }

    @Test
    void theSharesLeaveAnEighthOfTheHeap() {
        var budget = new MemoryBudget(8000, 1);

        long imagesOrRecords = Math.max(budget.imageCache(), budget.records());
        long all = imagesOrRecords + budget.maskCache() + budget.teacherCache() + budget.batches();

        assertThat(all).isEqualTo(7000);
    }
}
