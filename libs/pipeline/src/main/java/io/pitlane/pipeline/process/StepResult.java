package io.pitlane.pipeline.process;

import io.pitlane.contract.report.Report;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The result of a job's step, ready to be handed over. */
public sealed interface StepResult {

    /**
     * A new model.
     *
     * @param file the packed SavedModel
     * @param unpackedBytes length of the tar in it
     * @param notes what the stage reports about it
     * @param startedAt when the job was begun
     * @param seconds from then until the model was made
     */
    record PackedModel(
            Path file, long unpackedBytes, List<String> notes, Instant startedAt, double seconds)
            implements StepResult {}

    /** The report that ends the run. */
    record FinalReport(Report report) implements StepResult {}
}
