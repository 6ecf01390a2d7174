package io.pitlane.report;

import io.pitlane.contract.artifact.ShortDigest;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The models of a run from top to bottom as an SVG element: each with its digest, an arrow for the
 * step that made it from the one above, a curve from the original where the step read that too, and
 * the data beside them.
 */
final class LineageGraph {
    private static final int WIDTH = 520;
    private static final int LEFT = 70;
    private static final int BOX_WIDTH = 210;
    private static final int BOX_HEIGHT = 44;
    private static final int GAP = 46;
    private static final int DATA = 330;
    private static final int DATA_WIDTH = 170;
    private static final int MARGIN = 8;
    private static final int CURVE = 50;

    private final Report report;
    private final List<LineageEntry> steps;

    /**
     * @param report with a lineage
     */
    LineageGraph(Report report) {
        this.report = report;
        this.steps = report.lineage();
    }

    String render() {
        int height = top(steps.size()) + BOX_HEIGHT + MARGIN;
        return format(
                        "<svg class=\"lineage\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, height, Html.escape(description()))
                + box(LEFT, top(0), BOX_WIDTH, "original", report.models().get(0).digest())
                + box(DATA, top(0), DATA_WIDTH, "data", data())
                + IntStream.range(0, steps.size())
                        .mapToObj(this::step)
                        .collect(Collectors.joining())
                + "</svg>\n";
    }

    private String description() {
        return steps.stream()
                .map(step -> step.step().stage().label() + " made " + ShortDigest.of(step.output()))
                .collect(Collectors.joining(", ", "Lineage: ", ""));
    }

    private String data() {
        return report.data().digest();
    }

    private String step(int index) {
        var step = steps.get(index);
        int middle = LEFT + BOX_WIDTH / 2;
        int from = top(index) + BOX_HEIGHT;
        int to = top(index + 1);
        var svg = new StringBuilder();
        svg.append(arrow(format("M%d %d V%d", middle, from, to - 2), middle, to));
        svg.append(text("label", middle + 12, (from + to) / 2 + 4, title(step)));
        if (step.inputs().contains(data())) {
            int x = DATA + DATA_WIDTH - 20;
            svg.append(
                    arrow(
                            format(
                                    "M%d %d V%d H%d",
                                    x,
                                    top(0) + BOX_HEIGHT,
                                    to + BOX_HEIGHT / 2,
                                    LEFT + BOX_WIDTH + 4),
                            0,
                            0));
        }
        if (index > 0 && step.inputs().contains(report.models().get(0).digest())) {
            svg.append(
                    arrow(
                            format(
                                    "M%d %d C%d %d %d %d %d %d",
                                    LEFT,
                                    top(0) + BOX_HEIGHT / 2,
                                    LEFT - CURVE,
                                    top(0) + BOX_HEIGHT,
                                    LEFT - CURVE,
                                    to,
                                    LEFT,
                                    to + BOX_HEIGHT / 2),
                            0,
                            0));
        }
        return svg.append(box(LEFT, to, BOX_WIDTH, label(index), step.output())).toString();
    }

    private static String title(LineageEntry step) {
        return step.step().stage().label()
                + (step.cached() ? ", cached" : format(", %.1f s", step.seconds()));
    }

    /** The label of the model that a step made. */
    private String label(int step) {
        return report.plan().label(step);
    }

    private static int top(int model) {
        return MARGIN + model * (BOX_HEIGHT + GAP);
    }

    private static String box(int x, int y, int width, String label, String digest) {
        return format(
                        "<g><title>%s: %s</title><rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\""
                                + " height=\"%d\" rx=\"6\"/>%n",
                        Html.escape(label), Html.escape(digest), x, y, width, BOX_HEIGHT)
                + text("label", x + 12, y + 18, label)
                + text("tick", x + 12, y + 35, ShortDigest.of(digest))
                + "</g>\n";
    }

    /** A path, with the head of an arrow pointing down at a place other than 0. */
    private static String arrow(String path, int x, int y) {
        var head = y == 0 ? "" : format("<path class=\"head\" d=\"M%d %d l-5 -8 h10 z\"/>%n", x, y);
        return format("<path class=\"edge\" d=\"%s\"/>%n", path) + head;
    }

    private static String text(String kind, int x, int y, String text) {
        return format(
                "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n", kind, x, y, Html.escape(text));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
