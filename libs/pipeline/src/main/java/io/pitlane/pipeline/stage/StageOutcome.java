package io.pitlane.pipeline.stage;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.report.Report;
import java.nio.file.Path;
import java.util.List;

/** The outcome of a step: a new model, or the report that ends the run. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StageOutcome.ModelMade.class, name = "model"),
    @JsonSubTypes.Type(value = StageOutcome.Measured.class, name = "report")
})
public sealed interface StageOutcome {

    /**
     * A new model for the next step to work on.
     *
     * @param savedModel folder of the SavedModel, below the task's output folder
     * @param notes about it, such as layers that were skipped and why
     * @param findings what the step measured and chose
     */
    record ModelMade(Path savedModel, List<String> notes, List<Finding> findings)
            implements StageOutcome {

        public ModelMade {
            findings = Finding.known(findings);
        }

        /** A new model without findings. */
        public ModelMade(Path savedModel, List<String> notes) {
            this(savedModel, notes, List.of());
        }
    }

    /**
     * The report that ends the run.
     *
     * @param report figures and verdict
     * @param deliverables the candidate in each format that it is delivered in
     */
    record Measured(Report report, List<Deliverable> deliverables) implements StageOutcome {}

    /**
     * The candidate in one format.
     *
     * @param path the file, for {@link DeliveryFormat#TENSORFLOW} the folder; below the task's
     *     output folder, or a model of the task as it is
     */
    record Deliverable(DeliveryFormat format, Path path) {}
}
