package io.pitlane.report;

import io.pitlane.report.ScatterPlot.Point;
import java.util.Comparator;
import java.util.List;

/**
 * The points that no other point dominates. A point dominates another when it is no worse in both
 * coordinates and better in one; less is better on the horizontal axis.
 *
 * @param points those on the front, from left to right
 */
record ParetoFront(List<Point> points) {

    /**
     * The front of points.
     *
     * @param lessIsBetter whether less is better on the vertical axis, too
     */
    static ParetoFront of(List<Point> points, boolean lessIsBetter) {
        double sign = lessIsBetter ? -1 : 1;
        return new ParetoFront(
                points.stream()
                        .filter(p -> points.stream().noneMatch(o -> dominates(o, p, sign)))
                        .sorted(Comparator.comparingDouble(Point::x))
                        .toList());
    }

    private static boolean dominates(Point a, Point b, double sign) {
        return a.x() <= b.x()
                && sign * a.y() >= sign * b.y()
                && (a.x() < b.x() || sign * a.y() > sign * b.y());
    }

    boolean holds(Point point) {
        return points.contains(point);
    }
}
