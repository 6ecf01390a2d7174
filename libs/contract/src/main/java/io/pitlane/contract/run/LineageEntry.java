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
 */
public record LineageEntry(
        Step step,
        String codeVersion,
        List<String> inputs,
        String output,
        Instant startedAt,
        double seconds,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Finding> findings) {

    public LineageEntry {
        findings = Finding.known(findings);
    }
}
