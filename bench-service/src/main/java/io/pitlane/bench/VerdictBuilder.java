package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the conditions of a verdict, and a sentence for each that is not met. */
final class VerdictBuilder {
    private final List<Condition> conditions;
    private final List<String> violations;
    private final DeliveryFormat format;

    VerdictBuilder() {
        this(new ArrayList<>(), new ArrayList<>(), null);
    }

    private VerdictBuilder(
            List<Condition> conditions, List<String> violations, DeliveryFormat format) {
        this.conditions = conditions;
        this.violations = violations;
        this.format = format;
    }

    /** The same verdict, for conditions on the candidate in another format than TensorFlow's. */
    VerdictBuilder of(DeliveryFormat other) {
        return new VerdictBuilder(conditions, violations, other);
    }

    /**
     * Adds a condition.
     *
     * @param violation what to say when it is not met, a format
     * @param values of the format
     */
    void add(Condition condition, String violation, Object... values) {
        conditions.add(format == null ? condition : condition.of(format));
        if (!condition.met()) {
            var sentence = String.format(Locale.ROOT, violation, values);
            violations.add(format == null ? sentence : "As " + format.label() + ": " + sentence);
        }
    }

    /** The candidate passes when every condition is met. */
    Report.Verdict build() {
        return new Report.Verdict(violations.isEmpty(), conditions, violations);
    }
}
