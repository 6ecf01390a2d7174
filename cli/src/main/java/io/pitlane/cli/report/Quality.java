package io.pitlane.cli.report;

import io.pitlane.contract.Report;
import io.pitlane.contract.Report.Comparison;
import io.pitlane.contract.Report.Fidelity;
import io.pitlane.contract.Report.ModelFigures;
import java.util.function.Function;

/**
 * The figure that tells how good the models of a report are: the headline of their task; without
 * labels, agreement with the original, or where no class is chosen the difference of the outputs.
 *
 * @param title what it is, as {@code mean IoU}
 * @param share whether it is a share 0..1, shown in percent
 * @param figure the figure of a model; null where it has none
 */
record Quality(String title, boolean share, Function<ModelFigures, Double> figure) {

    static Quality of(Report report) {
        var models = report.models();
        if (models.stream().allMatch(model -> model.accuracy() != null)) {
            var headline = models.get(0).accuracy().headline();
            return new Quality(
                    headline.name(),
                    !headline.error(),
                    model -> model.accuracy().headline().value());
        }
        var agreeing =
                models.stream()
                        .map(ModelFigures::fidelity)
                        .anyMatch(fidelity -> fidelity != null && fidelity.agreement() != null);
        return agreeing
                ? new Quality("agreement", true, fidelity(Fidelity::agreement))
                : new Quality("difference", true, fidelity(Fidelity::relativeL2));
    }

    private static Function<ModelFigures, Double> fidelity(Function<Fidelity, Double> figure) {
        return model -> model.fidelity() == null ? null : figure.apply(model.fidelity());
    }

    /** The figure of a model as it stands in a table. */
    String text(ModelFigures model) {
        var value = figure.apply(model);
        if (value == null) {
            return Figures.NONE;
        }
        return share ? Figures.percent(value) : Figures.significant(value);
    }

    /** What a comparison gained, as it stands in a table: points, or percent of an error. */
    static String change(Comparison comparison) {
        if (comparison.errorIncrease() != null) {
            return Figures.points(comparison.errorIncrease()) + " %";
        }
        return comparison.accuracyDrop() == null
                ? Figures.NONE
                : Figures.points(-comparison.accuracyDrop());
    }
}
