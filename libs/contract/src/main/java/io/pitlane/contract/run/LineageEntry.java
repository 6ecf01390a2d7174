package io.pitlane.contract.run;

import io.pitlane.contract.step.Step;
import java.time.Instant;
import java.util.List;

/**
 * How one model was made.
 *
 * @param step the stage and every option it worked with, defaults included
 * @param codeVersion version of the service that did it
 * @param inputs digests of everything that went in: models, then data
 * @param output digest of the model that came out
 * @param startedAt when the work began
 * @param seconds how long it took
 */
public record LineageEntry(
        Step step,
        String codeVersion,
        List<String> inputs,
        String output,
        Instant startedAt,
        double seconds) {}
