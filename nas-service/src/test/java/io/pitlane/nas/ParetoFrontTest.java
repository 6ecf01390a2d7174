package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    private record Point(double accuracy, double cost) {
        boolean dominates(Point other) {
            return accuracy >= other.accuracy
                    && cost <= other.cost
                    && (accuracy > other.accuracy || cost < other.cost);
        }
    }

    @Test
    void theFrontHasExactlyThePointsThatNoOtherDominates() {
        var random = new Random(3);
        for (int round = 0; round < 300; round++) {
            var points = new ArrayList<Point>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                points.add(new Point(random.nextInt(12) / 12.0, random.nextInt(12)));
            }

            var front = ParetoFront.of(points, Point::accuracy, Point::cost);

            var bruteForce =
                    points.stream().filter(p -> points.stream().noneMatch(q -> q.dominates(p)));
            assertThat(front).containsExactlyInAnyOrderElementsOf(bruteForce.distinct().toList());
            assertThat(front).extracting(Point::cost).isSorted();
        }
    }

    @Test
    void theFrontOfNoPointsIsEmpty() {
        assertThat(ParetoFront.of(List.<Point>of(), Point::accuracy, Point::cost)).isEmpty();
    }
}
