package io.pitlane.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedImagesTest {

    @Test
    void nothingIsCachedWhereTheBudgetIsTaken() {
        var reads = new ArrayList<Integer>();
        long all = MemoryBudget.ofProcess().imageCache();

        var free = CachedImages.withinBudget(counted(reads));
        free.sample(0);
        free.sample(0);
        var taken = CachedImages.withinBudget(counted(reads), all);
        taken.sample(1);
        taken.sample(1);

        assertThat(reads).isEqualTo(List.of(0, 1, 1));
    }

    private static ImageStore counted(List<Integer> reads) {
        return new ImageStore() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public Sample sample(int i) {
                reads.add(i);
                return new Image(1, 1, 1, new byte[1]);
            }
        };
    }
}
