package io.pitlane.pipeline.process;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.CachedResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The result of a job's step, ready to be handed over. */
public sealed interface StepResult {

    /**
     * A new model.
     *
     * @param file the packed SavedModel
     * @param unpackedBytes length of the tar in it
     * @param notes what the stage reports about it
     * @param findings what the stage measured and chose
     * @param startedAt when the job was begun
     * @param seconds from then until the model was made
     */
    record PackedModel(
            Path file,
            long unpackedBytes,
            List<String> notes,
            List<Finding> findings,
            Instant startedAt,
            double seconds)
            implements StepResult {

        /** The same with one more finding. */
        public PackedModel with(Finding finding) {
            var all = new ArrayList<>(findings);
            all.add(finding);
            return new PackedModel(file, unpackedBytes, notes, all, startedAt, seconds);
        }
    }

    /**
     * A model that an earlier run made, whose bytes are in the artifact log.
     *
     * @param step the result of that run's step
     */
    record KnownModel(CachedResult step) implements StepResult {}

    /**
     * The report that ends the run.
     *
     * @param deliverables the candidate in each format that it is delivered in
     */
    record FinalReport(Report report, List<DeliverableFile> deliverables) implements StepResult {}

    /**
     * The candidate in one format, as the file that is stored.
     *
     * @param file the file as the stage wrote it, or the packed folder
     * @param digest SHA-256 of the file
     * @param sizeBytes size of what the stage wrote
     * @param unpackedBytes length of the tar in a packed folder; 0 for a file that is not packed
     */
    record DeliverableFile(
            DeliveryFormat format, Path file, String digest, long sizeBytes, long unpackedBytes) {}
}
