package io.pitlane.bench;

import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the conditions of a verdict, and a sentence for each that is not met. */
final class VerdictBuilder {
    private final List<Condition> conditions = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /**
     * Adds a condition.
     *
     * @param violation what to say when it is not met, a format
     * @param values of the format
     */
    void add(Condition condition, String violation, Object... values) {
        conditions.add(condition);
        if (!condition.met()) {
            violations.add(String.format(Locale.ROOT, violation, values));
        }
    }

    /** The candidate passes when every condition is met. */
    Report.Verdict build() {
        return new Report.Verdict(violations.isEmpty(), conditions, violations);
    }
}
