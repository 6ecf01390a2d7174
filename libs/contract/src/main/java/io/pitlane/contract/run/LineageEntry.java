package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.step.Step;
import java.time.Instant;
import java.util.List;

/**
 * How one model was made.
 *
 * @param step the stage and all options, with defaults
 * @param codeVersion version of the service
 * @param inputs digests of the inputs: models, then data
 * @param output digest of the resulting model
 * @param startedAt when the work began
 * @param seconds how long it took
 * @param findings what the step measured and chose
 * @param cached whether an earlier run did that work: the step's result was known, and the step was
 *     not done again
 */
public record LineageEntry(
        Step step,
        String codeVersion,
        List<String> inputs,
        String output,
        Instant startedAt,
        double seconds,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Finding> findings,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cached) {

    public LineageEntry {
        findings = Finding.known(findings);
    }

    /** How a model was made by the run itself. */
    public LineageEntry(
            Step step,
            String codeVersion,
            List<String> inputs,
            String output,
            Instant startedAt,
            double seconds,
            List<Finding> findings) {
        this(step, codeVersion, inputs, output, startedAt, seconds, findings, false);
    }

    /** The same in a run that did not do the work again. */
    public LineageEntry asCached() {
        return new LineageEntry(
                step, codeVersion, inputs, output, startedAt, seconds, findings, true);
    }
}
