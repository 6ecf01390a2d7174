package io.pitlane.report;

import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The loss of each training of a step over its epochs, one plot a training: on the training images
 * as a line, on the validation split at the ends of epochs as a broken line with points.
 */
public final class LossCurves {
    private LossCurves() {}

    /**
     * The plots, the latest training first.
     *
     * @param points of each training in order; empty for no plots
     */
    public static String render(List<TrainingLoss> points) {
        var curves = new LinkedHashMap<String, List<TrainingLoss>>();
        points.forEach(
                point ->
                        curves.computeIfAbsent(
                                        Objects.requireNonNullElse(point.training(), ""),
                                        name -> new ArrayList<>())
                                .add(point));
        var plots = new StringBuilder();
        curves.forEach((name, curve) -> plots.insert(0, plot(name, curve)));
        return plots.isEmpty() ? "" : "<div class=\"plots\">\n" + plots + "</div>\n";
    }

    /** The plots of whole curves, the latest training first. */
    public static String ofCurves(List<LossCurve> curves) {
        return render(curves.stream().flatMap(curve -> curve.points().stream()).toList());
    }

    private static String plot(String name, List<TrainingLoss> curve) {
        var validated = curve.stream().filter(point -> point.validation() != null).toList();
        var values = new ArrayList<>(curve.stream().map(TrainingLoss::loss).toList());
        validated.forEach(point -> values.add(point.validation()));
        var epochs = List.of((double) curve.get(curve.size() - 1).epochs());
        var frame = new PlotFrame(Axis.fromZero("Epochs", epochs), Axis.fromZero("Loss", values));
        var content = new StringBuilder(line("line", frame, curve, false));
        if (!validated.isEmpty()) {
            content.append(line("path", frame, validated, true));
        }
        validated.forEach(point -> content.append(circle(frame, point)));
        return "<figure>\n"
                + frame.around(content.toString())
                + "<figcaption>"
                + Html.escape(caption(name, curve, validated))
                + "</figcaption>\n</figure>\n";
    }

    private static String line(
            String kind, PlotFrame frame, List<TrainingLoss> curve, boolean validation) {
        var points =
                curve.stream()
                        .map(
                                point ->
                                        format(
                                                "%.1f,%.1f",
                                                frame.x(point.epoch()),
                                                frame.y(
                                                        validation
                                                                ? point.validation()
                                                                : point.loss())))
                        .collect(Collectors.joining(" "));
        return format("<polyline class=\"%s\" points=\"%s\"/>%n", kind, points);
    }

    private static String circle(PlotFrame frame, TrainingLoss point) {
        return format(
                "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\">"
                        + "<title>Epoch %.0f: validation loss %.4f</title></circle>%n",
                frame.x(point.epoch()),
                frame.y(point.validation()),
                point.epoch(),
                point.validation());
    }

    private static String caption(
            String name, List<TrainingLoss> curve, List<TrainingLoss> validated) {
        var last = curve.get(curve.size() - 1);
        var text =
                format(
                        "%sEpoch %.1f of %d: loss %.4f on the training images (line)",
                        name.isEmpty() ? "" : name + ". ",
                        last.epoch(),
                        last.epochs(),
                        last.loss());
        return validated.isEmpty()
                ? text
                : text
                        + format(
                                ", %.4f on the validation split (points)",
                                validated.get(validated.size() - 1).validation());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
