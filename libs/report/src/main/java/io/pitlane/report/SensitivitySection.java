package io.pitlane.report;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.LayerSensitivity.Layer;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.report.Report;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much the quantization of each layer costs, as a bar chart, the most sensitive first. */
final class SensitivitySection {
    private static final int BAR = 240;

    private SensitivitySection() {}

    static String render(Report report) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(LayerSensitivity.class::isInstance)
                .map(finding -> section((LayerSensitivity) finding))
                .collect(Collectors.joining());
    }

    private static String section(LayerSensitivity sensitivity) {
        double worst =
                sensitivity.layers().stream()
                        .mapToDouble(layer -> layer.alone().noise())
                        .max()
                        .orElse(0);
        var rows =
                sensitivity.mostSensitiveFirst().stream()
                        .map(layer -> row(layer, Math.sqrt(worst)))
                        .collect(Collectors.joining());
        return """
        <section>
        <h2>Sensitivity of the layers</h2>
        <p class="muted">%s</p>
        %s</section>
        """
                .formatted(
                        Html.escape(summary(sensitivity)),
                        HtmlTable.of("Sensitivity of the layers", header(sensitivity), rows));
    }

    private static String header(LayerSensitivity sensitivity) {
        var columns =
                List.of(
                        "layer",
                        "error, alone in int8",
                        "SQNR alone",
                        "weights",
                        "activations",
                        "all but it",
                        "KL divergence",
                        sensitivity.metric() == null ? "agreement" : sensitivity.metric(),
                        "range",
                        "outliers");
        return HtmlTable.header(columns) + "<th class=\"wide\" scope=\"col\">advice</th>";
    }

    private static String summary(LayerSensitivity sensitivity) {
        return ("On %d training images%s. All quantized layers together: SQNR %s. The bars are the"
                        + " relative L2 error of the outputs with that layer alone quantized; the"
                        + " columns the signal-to-quantization-noise ratio in decibels, of which"
                        + " more is better.")
                .formatted(
                        sensitivity.samples(),
                        sensitivity.cached() ? ", as an earlier step or run measured them" : "",
                        decibels(sensitivity.quantized()));
    }

    private static String row(Layer layer, double worst) {
        double error = Math.sqrt(layer.alone().noise());
        return ("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                        + "<td>%s</td><td>%s</td><td>%s</td><td class=\"wide\">%s</td></tr>\n")
                .formatted(
                        Html.escape(layer.name()),
                        bar(error, worst),
                        decibels(layer.alone()),
                        decibels(layer.weights()),
                        decibels(layer.activations()),
                        decibels(layer.without()),
                        number("%.3g", layer.alone().divergence()),
                        figure(layer.alone()),
                        format(
                                "%.3g to %.3g",
                                layer.distribution().min(), layer.distribution().max()),
                        format("%.1fx", layer.distribution().outlierRatio()),
                        Html.escape(layer.advice()));
    }

    private static String bar(double error, double worst) {
        double width = worst == 0 ? 0 : BAR * error / worst;
        return Html.bar(width, format("%.4f", error));
    }

    private static String decibels(OutputError error) {
        return error.sqnr() == null ? "exact" : format("%.1f dB", error.sqnr());
    }

    private static String figure(OutputError error) {
        return number("%.4f", error.score() == null ? error.agreement() : error.score());
    }

    private static String number(String pattern, Double value) {
        return value == null ? "-" : format(pattern, value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
