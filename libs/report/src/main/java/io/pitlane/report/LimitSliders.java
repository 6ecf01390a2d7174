package io.pitlane.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A slider for each figure of compared models, which limits it. A script of the page fades the
 * models beyond a limit; without it the sliders stay hidden.
 */
final class LimitSliders {
    private static final int STEPS = 100;

    private LimitSliders() {}

    static String render(
            List<ComparedFigure> figures,
            List<ComparedModel> models,
            QualityMetric quality,
            int batch) {
        return figures.stream()
                .map(figure -> slider(figure, models, quality, batch))
                .collect(
                        Collectors.joining(
                                "",
                                "<form class=\"limits\" hidden>\n<fieldset>\n"
                                        + "<legend>Limits: models beyond one are faded</legend>\n",
                                "</fieldset>\n<p role=\"status\"></p>\n</form>\n"));
    }

    private static String slider(
            ComparedFigure figure, List<ComparedModel> models, QualityMetric quality, int batch) {
        var range =
                models.stream()
                        .map(model -> figure.value(model, quality))
                        .filter(Objects::nonNull)
                        .mapToDouble(value -> value)
                        .summaryStatistics();
        if (range.getCount() == 0 || range.getMin() == range.getMax()) {
            return "";
        }
        boolean most = figure.lessIsBetter(quality);
        return String.format(
                Locale.ROOT,
                "<label>%s %s <output></output><input type=\"range\" data-limit=\"%s\""
                        + " data-bound=\"%s\" data-low=\"%s\" data-high=\"%s\" min=\"0\""
                        + " max=\"%d\" value=\"%d\">"
                        + "</label>\n",
                most ? "At most" : "At least",
                Html.escape(figure.unitTitle(quality, batch)),
                figure.label(),
                most ? "max" : "min",
                FigureFormat.number(range.getMin()),
                FigureFormat.number(range.getMax()),
                STEPS,
                most ? STEPS : 0);
    }
}
