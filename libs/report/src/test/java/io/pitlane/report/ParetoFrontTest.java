package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.report.ScatterPlot.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    private final Point small = new Point("small", 1, 80);
    private final Point middle = new Point("middle", 2, 90);
    private final Point dominated = new Point("dominated", 3, 89);
    private final Point large = new Point("large", 4, 95);

    @Test
    void aPointIsOnTheFrontUnlessAnotherIsNoWorseInBothAndBetterInOne() {
        var front = ParetoFront.of(List.of(large, dominated, middle, small), true, false);

        assertThat(front.points()).containsExactly(small, middle, large);
    }

    @Test
    void equalPointsAreBothOnTheFront() {
        var twin = new Point("twin", 2, 90);

        var front = ParetoFront.of(List.of(middle, twin, dominated), true, false);

        assertThat(front.points()).containsExactlyInAnyOrder(middle, twin);
    }

    @Test
    void ofAnErrorLessIsBetter() {
        assertThat(ParetoFront.of(List.of(small, middle, large), true, true).points())
                .containsExactly(small);
    }
}
