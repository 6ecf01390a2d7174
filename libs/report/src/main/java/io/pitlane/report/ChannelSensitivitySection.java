package io.pitlane.report;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.ChannelSensitivity.Group;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How much a model loses when groups of layers lose channels, one small plot a group over the same
 * axes, and the same figures as a table.
 */
final class ChannelSensitivitySection {
    private final ChannelSensitivity sensitivity;

    private ChannelSensitivitySection(ChannelSensitivity sensitivity) {
        this.sensitivity = sensitivity;
    }

    static String render(Report report) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(ChannelSensitivity.class::isInstance)
                .map(ChannelSensitivity.class::cast)
                .filter(sensitivity -> !sensitivity.groups().isEmpty())
                .map(sensitivity -> new ChannelSensitivitySection(sensitivity).section())
                .collect(Collectors.joining());
    }

    private String section() {
        return """
        <section>
        <h2>Sensitivity to the removal of channels</h2>
        <p class="muted">%s</p>
        <div class="multiples">
        %s</div>
        <details><summary>The figures</summary>
        %s</details>
        </section>
        """
                .formatted(Html.escape(summary()), plots(), table());
    }

    private String summary() {
        return ("%s on %d training images against the share of the channels that one group of layers"
                        + " loses, the others complete, before any training. The vertical line is"
                        + " the share that the step removed.")
                .formatted(capitalised(metric()), sensitivity.samples());
    }

    /** The task's figure; without labels the agreement, and without classes the error. */
    private String metric() {
        if (sensitivity.metric() != null) {
            return sensitivity.metric();
        }
        return hasClasses() ? "agreement" : "relative error of the outputs";
    }

    private boolean hasClasses() {
        return sensitivity.groups().stream()
                .flatMap(group -> group.points().stream())
                .allMatch(point -> point.error().agreement() != null);
    }

    private double value(OutputError error) {
        if (sensitivity.metric() != null) {
            return error.score();
        }
        return hasClasses() ? error.agreement() : Math.sqrt(error.noise());
    }

    private double complete() {
        if (sensitivity.metric() != null) {
            return sensitivity.before();
        }
        return hasClasses() ? 1 : 0;
    }

    private String plots() {
        var values = new ArrayList<Double>();
        values.add(complete());
        sensitivity.groups().stream()
                .flatMap(group -> group.points().stream())
                .forEach(point -> values.add(value(point.error())));
        double low = values.stream().mapToDouble(v -> v).min().orElse(0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(1);
        return sensitivity.groups().stream()
                .map(group -> plot(group, low, high))
                .collect(Collectors.joining());
    }

    private String plot(Group group, double low, double high) {
        var points = new ArrayList<SmallPlot.Point>();
        points.add(new SmallPlot.Point(0, complete()));
        group.points()
                .forEach(
                        point ->
                                points.add(
                                        new SmallPlot.Point(point.ratio(), value(point.error()))));
        var plot = new SmallPlot(points, low, high, group.removedRatio());
        return "<figure>\n%s<figcaption>%s<br><span class=\"muted\">%s</span></figcaption>\n</figure>\n"
                .formatted(
                        plot.render(description(group)),
                        Html.escape(String.join(", ", group.layers())),
                        Html.escape(removed(group)));
    }

    private static String removed(Group group) {
        return "%d of %d removed".formatted(group.removed(), group.channels());
    }

    private String description(Group group) {
        var points =
                group.points().stream()
                        .map(
                                point ->
                                        format(
                                                "%s at %.0f %%",
                                                number(value(point.error())), 100 * point.ratio()))
                        .collect(Collectors.joining(", "));
        return "%s without channels of %s: %s"
                .formatted(capitalised(metric()), group.layers().get(0), points);
    }

    private String table() {
        var ratios = new TreeSet<Long>();
        sensitivity.groups().stream()
                .flatMap(group -> group.points().stream())
                .forEach(point -> ratios.add(percent(point)));
        var header = new ArrayList<>(List.of("group", "channels", "removed"));
        ratios.forEach(ratio -> header.add(metric() + " at " + ratio + " %"));
        var table = new HtmlTable("Sensitivity to the removal of channels", header);
        for (var group : sensitivity.groups()) {
            var row = new ArrayList<String>();
            row.add(String.join(", ", group.layers()));
            row.add(String.valueOf(group.channels()));
            row.add(String.valueOf(group.removed()));
            ratios.forEach(ratio -> row.add(cell(group, ratio)));
            table.add("", row);
        }
        return table.render();
    }

    private String cell(Group group, long percent) {
        return group.points().stream()
                .filter(point -> percent(point) == percent)
                .map(point -> number(value(point.error())))
                .findFirst()
                .orElse("-");
    }

    private static long percent(ChannelSensitivity.Point point) {
        return Math.round(100 * point.ratio());
    }

    private static String number(double value) {
        return format("%.4f", value);
    }

    private static String capitalised(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
