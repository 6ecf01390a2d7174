package io.pitlane.report;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Fidelity;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The metric by which a report compares its models: the headline metric of their task; without
 * labels, agreement with the original, or the difference of the outputs where the task has no
 * classes.
 *
 * @param title its name, as {@code mean IoU}
 * @param share whether it is a share 0..1, shown in percent
 * @param error whether less of it is better
 * @param value the value for a model; null where there is none
 */
record QualityMetric(
        String title, boolean share, boolean error, Function<ModelFigures, Double> value) {

    /** Least extent of an axis in percentage points: below, noise would look like a difference. */
    private static final double LEAST_POINTS = 1;

    static QualityMetric of(Report report) {
        var models = report.models();
        if (models.stream().allMatch(model -> model.accuracy() != null)) {
            var headline = models.get(0).accuracy().headline();
            return new QualityMetric(
                    headline.name(),
                    !headline.error(),
                    headline.error(),
                    model -> model.accuracy().headline().value());
        }
        var agreeing =
                models.stream()
                        .map(ModelFigures::fidelity)
                        .anyMatch(fidelity -> fidelity != null && fidelity.agreement() != null);
        return agreeing
                ? new QualityMetric("agreement", true, false, fidelity(Fidelity::agreement))
                : new QualityMetric("difference", true, true, fidelity(Fidelity::relativeL2));
    }

    private static Function<ModelFigures, Double> fidelity(Function<Fidelity, Double> figure) {
        return model -> model.fidelity() == null ? null : figure.apply(model.fidelity());
    }

    /** The axis of a plot over some values, in percent for a share. */
    Axis axis(List<Double> values) {
        var name =
                title.startsWith("mAP")
                        ? title
                        : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
        return share
                ? Axis.around(name + " (%)", values, LEAST_POINTS, 100)
                : Axis.fromZero(name, values);
    }

    /** The value for a model on {@link #axis}; null where there is none. */
    Double plotted(ModelFigures model) {
        var measured = value.apply(model);
        return measured == null || !share ? measured : Double.valueOf(100 * measured);
    }

    /** The value for a model, as text. */
    String text(ModelFigures model) {
        var measured = value.apply(model);
        if (measured == null) {
            return FigureFormat.NONE;
        }
        return share ? FigureFormat.percent(measured) : FigureFormat.significant(measured);
    }

    /** The confidence interval of the change, as text: {@code -0.50 to +0.30}. */
    static String interval(Comparison comparison) {
        var interval = comparison.interval();
        if (interval == null) {
            return FigureFormat.NONE;
        }
        return comparison.errorIncrease() != null
                ? FigureFormat.points(interval.low())
                        + " to "
                        + FigureFormat.points(interval.high())
                        + " %"
                : FigureFormat.points(-interval.high())
                        + " to "
                        + FigureFormat.points(-interval.low());
    }

    /** The change of a comparison, as text: in points, or in percent of an error. */
    static String change(Comparison comparison) {
        if (comparison.errorIncrease() != null) {
            return FigureFormat.points(comparison.errorIncrease()) + " %";
        }
        return comparison.accuracyDrop() == null
                ? FigureFormat.NONE
                : FigureFormat.points(-comparison.accuracyDrop());
    }
}
