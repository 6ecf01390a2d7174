package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.ReleaseMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The latest state of a run, as the compacted runs topic keeps it by run id.
 *
 * @param runId the run
 * @param plan the plan
 * @param status its status
 * @param step index of the running step; of the last one when the run has ended
 * @param data the packed training and test images; null in records of versions that did not write
 *     it
 * @param models every model so far, the original first
 * @param deliverables the candidate in each format that it was delivered in; empty before the run
 *     ends with a report
 * @param approval the decision on the candidate of a plan with {@code release: manual}; null before
 *     it, and for other plans
 * @param failure why a run ended without a report; else null
 * @param submittedAt when it was submitted
 * @param updatedAt when it entered this state
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunState(
        String runId,
        Plan plan,
        Status status,
        int step,
        ArtifactRef data,
        List<RunModel> models,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DeliveredModel> deliverables,
        Approval approval,
        Failure failure,
        Instant submittedAt,
        Instant updatedAt) {

    public RunState {
        deliverables = deliverables == null ? List.of() : List.copyOf(deliverables);
    }

    /** Whether the candidate passed and waits for somebody to approve or reject it. */
    public boolean awaitsApproval() {
        return status == Status.PASSED && plan.release() == ReleaseMode.MANUAL && approval == null;
    }

    /** The status of a run. */
    public enum Status {
        RUNNING,
        /** Ended with a report whose verdict is "passed". */
        PASSED,
        /** Ended with a report, but a constraint is violated. */
        NOT_PASSED,
        /** Ended without a report. */
        FAILED,
        /** Ended without a report, because somebody cancelled it. */
        CANCELLED;

        /** The status of a run that ended with this kind of failure. */
        public static Status of(Failure.Kind failure) {
            return failure == Failure.Kind.CANCELLED ? CANCELLED : FAILED;
        }

        /** The status in words, as {@code not passed}. */
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** Whether the run has ended. */
        public boolean ended() {
            return this != RUNNING;
        }
    }

    /** A state of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.runId = runId;
        builder.plan = plan;
        builder.status = status;
        builder.step = step;
        builder.data = data;
        builder.models = models;
        builder.deliverables = deliverables;
        builder.approval = approval;
        builder.failure = failure;
        builder.submittedAt = submittedAt;
        builder.updatedAt = updatedAt;
        return builder;
    }

    /** Sets a state by name. */
    public static final class Builder {
        private String runId;
        private Plan plan;
        private Status status;
        private int step;
        private ArtifactRef data;
        private List<RunModel> models;
        private List<DeliveredModel> deliverables;
        private Approval approval;
        private Failure failure;
        private Instant submittedAt;
        private Instant updatedAt;

        private Builder() {}

        public Builder runId(String value) {
            this.runId = value;
            return this;
        }

        public Builder plan(Plan value) {
            this.plan = value;
            return this;
        }

        public Builder status(Status value) {
            this.status = value;
            return this;
        }

        public Builder step(int value) {
            this.step = value;
            return this;
        }

        public Builder data(ArtifactRef value) {
            this.data = value;
            return this;
        }

        public Builder models(List<RunModel> value) {
            this.models = value;
            return this;
        }

        public Builder deliverables(List<DeliveredModel> value) {
            this.deliverables = value;
            return this;
        }

        public Builder approval(Approval value) {
            this.approval = value;
            return this;
        }

        public Builder failure(Failure value) {
            this.failure = value;
            return this;
        }

        public Builder submittedAt(Instant value) {
            this.submittedAt = value;
            return this;
        }

        public Builder updatedAt(Instant value) {
            this.updatedAt = value;
            return this;
        }

        public RunState build() {
            return new RunState(
                    runId,
                    plan,
                    status,
                    step,
                    data,
                    models,
                    deliverables,
                    approval,
                    failure,
                    submittedAt,
                    updatedAt);
        }
    }
}
