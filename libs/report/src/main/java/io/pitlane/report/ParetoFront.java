package io.pitlane.report;

import io.pitlane.report.ScatterPlot.Point;
import java.util.Comparator;
import java.util.List;

/**
 * The points that no other point dominates. A point dominates another when it is no worse in both
 * coordinates and better in one.
 *
 * @param points those on the front, from left to right
 */
record ParetoFront(List<Point> points) {

    /**
     * The front of points.
     *
     * @param lessX whether less is better on the horizontal axis
     * @param lessY whether less is better on the vertical axis
     */
    static ParetoFront of(List<Point> points, boolean lessX, boolean lessY) {
        double signX = lessX ? -1 : 1;
        double signY = lessY ? -1 : 1;
        return new ParetoFront(
                points.stream()
                        .filter(p -> points.stream().noneMatch(o -> dominates(o, p, signX, signY)))
                        .sorted(Comparator.comparingDouble(Point::x))
                        .toList());
    }

    private static boolean dominates(Point a, Point b, double signX, double signY) {
        double x = signX * (a.x() - b.x());
        double y = signY * (a.y() - b.y());
        return x >= 0 && y >= 0 && (x > 0 || y > 0);
    }

    boolean holds(Point point) {
        return points.contains(point);
    }
}
