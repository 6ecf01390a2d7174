package io.pitlane.report;

import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a verdict: the limit of each, the measured figure, how far that is from the
 * limit, and whether it is met.
 */
final class ConditionsTable {
    private final List<Condition> conditions;

    ConditionsTable(Report report) {
        this.conditions = report.verdict().conditions();
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    TextTable table() {
        boolean intervals = conditions.stream().anyMatch(c -> c.interval() != null);
        var header = new ArrayList<>(List.of("condition", "limit", "measured", "margin"));
        if (intervals) {
            header.add("95 % interval");
        }
        header.add("result");
        var table = new TextTable(header);
        conditions.forEach(
                condition -> {
                    var cells = new ArrayList<String>();
                    cells.add(condition.constraint() + (condition.byDefault() ? " (default)" : ""));
                    cells.add(FigureFormat.plain(condition.limit()));
                    cells.add(plain(condition.measured()));
                    cells.add(plain(condition.margin()));
                    if (intervals) {
                        cells.add(interval(condition));
                    }
                    cells.add(result(condition));
                    table.add(cells);
                });
        return table;
    }

    private static String plain(Double figure) {
        return figure == null ? FigureFormat.NONE : FigureFormat.plain(figure);
    }

    private static String interval(Condition condition) {
        var interval = condition.interval();
        return interval == null
                ? FigureFormat.NONE
                : FigureFormat.plain(interval.low()) + " to " + FigureFormat.plain(interval.high());
    }

    private static String result(Condition condition) {
        return (condition.met() ? "met" : "violated")
                + (condition.mayBeChance() ? ", may be chance" : "");
    }

    /** Why a limit applies that the plan does not have; empty when there is none. */
    Optional<String> note() {
        return conditions.stream()
                .filter(Condition::byDefault)
                .map(
                        condition ->
                                "Default: the plan limits neither accuracy nor fidelity. Set"
                                        + " constraints.%s to change the limit."
                                                .formatted(condition.constraint()))
                .findFirst();
    }
}
