package io.pitlane.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One line for each model over vertical axes side by side (Inselberg, "The plane with parallel
 * coordinates", The Visual Computer, 1985), as an SVG element.
 */
final class ParallelCoordinates {
    private static final int SPACING = 124;
    private static final int TOP = 50;
    private static final int BOTTOM = 250;
    private static final int HEIGHT = 270;

    private final List<String> models;
    private final List<Coordinate> coordinates;

    /**
     * An axis: where each model is on it, and its ends.
     *
     * @param title what it is
     * @param positions of the models, 0 at the bottom to 1 at the top; null for a model that has no
     *     value
     * @param marks texts at positions
     */
    record Coordinate(String title, List<Double> positions, List<Mark> marks) {

        /** Numbers on a linear axis. */
        static Coordinate of(String title, List<Double> values, List<String> texts) {
            var known = values.stream().filter(Objects::nonNull).mapToDouble(v -> v);
            var range = known.summaryStatistics();
            double extent = range.getMax() - range.getMin();
            var positions = new ArrayList<Double>();
            var marks = new ArrayList<Mark>();
            for (int i = 0; i < values.size(); i++) {
                var value = values.get(i);
                Double position =
                        value == null
                                ? null
                                : Double.valueOf(
                                        extent == 0 ? 0.5 : (value - range.getMin()) / extent);
                positions.add(position);
                if (value != null && (value == range.getMin() || value == range.getMax())) {
                    marks.add(new Mark(position, texts.get(i)));
                }
            }
            return new Coordinate(title, positions, marks.stream().distinct().toList());
        }

        /** Names at equal distances, the first at the top. */
        static Coordinate ofNames(String title, List<String> names) {
            double last = Math.max(1, names.size() - 1);
            var marks =
                    IntStream.range(0, names.size())
                            .mapToObj(i -> new Mark(1 - i / last, names.get(i)))
                            .toList();
            return new Coordinate(title, marks.stream().map(Mark::position).toList(), marks);
        }

        /** Values of an option: numbers on a linear axis, others at equal distances. */
        static Coordinate of(OptionDifferences.Option option, List<Integer> runs) {
            var texts = runs.stream().map(run -> option.values().get(run)).toList();
            var numbers = texts.stream().map(Coordinate::number).toList();
            if (numbers.stream().noneMatch(Objects::isNull)) {
                return of(option.path(), numbers, texts);
            }
            var distinct = option.values().stream().distinct().toList();
            double last = Math.max(1, distinct.size() - 1);
            return new Coordinate(
                    option.path(),
                    texts.stream().map(text -> distinct.indexOf(text) / last).toList(),
                    distinct.stream()
                            .map(text -> new Mark(distinct.indexOf(text) / last, text))
                            .toList());
        }

        private static Double number(String text) {
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** A text beside an axis. */
    record Mark(double position, String text) {}

    ParallelCoordinates(List<String> models, List<Coordinate> coordinates) {
        this.models = List.copyOf(models);
        this.coordinates = List.copyOf(coordinates);
    }

    String render() {
        int width = SPACING * coordinates.size();
        return format(
                        "<svg class=\"parallel\" width=\"%1$d\" viewBox=\"0 0 %1$d %2$d\" role=\"img\""
                                + " aria-label=\"Options and figures of %3$s\">%n",
                        width, HEIGHT, Html.escape(String.join(", ", models)))
                + IntStream.range(0, coordinates.size())
                        .mapToObj(this::axis)
                        .collect(Collectors.joining())
                + IntStream.range(0, models.size())
                        .mapToObj(this::line)
                        .collect(Collectors.joining())
                + "</svg>\n";
    }

    private String axis(int index) {
        var coordinate = coordinates.get(index);
        double x = x(index);
        var marks =
                coordinate.marks().stream()
                        .map(
                                mark ->
                                        text(
                                                "tick",
                                                x + 6,
                                                y(mark.position()) - 5,
                                                "start",
                                                mark.text()))
                        .collect(Collectors.joining());
        // Titles of neighbours are in two rows, because paths of options are long.
        return format(
                        "<line class=\"axis\" x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\"/>%n",
                        x, TOP, BOTTOM)
                + text("title", x, index % 2 == 0 ? 14 : 28, "middle", coordinate.title())
                + marks;
    }

    private String line(int model) {
        var points =
                IntStream.range(0, coordinates.size())
                        .boxed()
                        .flatMap(index -> point(index, model))
                        .collect(Collectors.joining(" "));
        var name = Html.escape(models.get(model));
        return format(
                "<polyline class=\"line run%d\" data-model=\"%s\" points=\"%s\"><title>%s</title>"
                        + "</polyline>%n",
                model, name, points, name);
    }

    private Stream<String> point(int index, int model) {
        var position = coordinates.get(index).positions().get(model);
        return position == null
                ? Stream.empty()
                : Stream.of(format("%.1f,%.1f", x(index), y(position)));
    }

    private static double x(int index) {
        return SPACING * (index + 0.5);
    }

    private static double y(double position) {
        return BOTTOM - position * (BOTTOM - TOP);
    }

    private static String text(String kind, double x, double y, String anchor, String text) {
        return format(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                kind, x, y, anchor, Html.escape(text));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
