package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.report.Report.Fidelity;
import io.pitlane.contract.report.Report.Latency;
import java.util.List;

/**
 * One model's figures.
 *
 * @param label {@code original} or the label of the step that made it
 * @param digest digest of the model's artifact
 * @param format number format of its arithmetic, {@code float32} or {@code int8}
 * @param sizeBytes size of its SavedModel on disk; for the original, of its flat inference graph as
 *     written by Pitlane, because training leftovers would distort the ratio
 * @param packedBytes the whole file that {@code pitlane pack} makes of it
 * @param parameters weights and biases
 * @param nonZeroParameters parameters other than zero
 * @param macs multiply-accumulates per image
 * @param accuracy accuracy on the test set; null without labels
 * @param fidelity closeness to the original on the test set
 * @param latency one entry per engine, number of threads and batch size
 * @param delivered the candidate in each format that it is delivered in; empty for other models
 * @param engineAgreement of the candidate: every two engines that it was evaluated on; empty for
 *     other models, and without classes
 * @param peakMemoryBytes peak resident memory of the process with this model loaded; -1 where the
 *     system does not provide it
 * @param notes the step's notes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelFigures(
        String label,
        String digest,
        String format,
        long sizeBytes,
        long packedBytes,
        long parameters,
        long nonZeroParameters,
        long macs,
        Accuracy accuracy,
        Fidelity fidelity,
        List<Latency> latency,
        List<DeliveredFigures> delivered,
        List<EngineAgreement> engineAgreement,
        long peakMemoryBytes,
        List<String> notes) {

    public ModelFigures {
        delivered = delivered == null ? List.of() : List.copyOf(delivered);
        engineAgreement = engineAgreement == null ? List.of() : List.copyOf(engineAgreement);
    }

    /** Figures of which none is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.label = label;
        builder.digest = digest;
        builder.format = format;
        builder.sizeBytes = sizeBytes;
        builder.packedBytes = packedBytes;
        builder.parameters = parameters;
        builder.nonZeroParameters = nonZeroParameters;
        builder.macs = macs;
        builder.accuracy = accuracy;
        builder.fidelity = fidelity;
        builder.latency = latency;
        builder.delivered = delivered;
        builder.engineAgreement = engineAgreement;
        builder.peakMemoryBytes = peakMemoryBytes;
        builder.notes = notes;
        return builder;
    }

    /** Sets figures by name. */
    public static final class Builder {
        private String label;
        private String digest;
        private String format;
        private long sizeBytes;
        private long packedBytes;
        private long parameters;
        private long nonZeroParameters;
        private long macs;
        private Accuracy accuracy;
        private Fidelity fidelity;
        private List<Latency> latency;
        private List<DeliveredFigures> delivered;
        private List<EngineAgreement> engineAgreement;
        private long peakMemoryBytes;
        private List<String> notes;

        private Builder() {}

        public Builder label(String value) {
            this.label = value;
            return this;
        }

        public Builder digest(String value) {
            this.digest = value;
            return this;
        }

        public Builder format(String value) {
            this.format = value;
            return this;
        }

        public Builder sizeBytes(long value) {
            this.sizeBytes = value;
            return this;
        }

        public Builder packedBytes(long value) {
            this.packedBytes = value;
            return this;
        }

        public Builder parameters(long value) {
            this.parameters = value;
            return this;
        }

        public Builder nonZeroParameters(long value) {
            this.nonZeroParameters = value;
            return this;
        }

        public Builder macs(long value) {
            this.macs = value;
            return this;
        }

        public Builder accuracy(Accuracy value) {
            this.accuracy = value;
            return this;
        }

        public Builder fidelity(Fidelity value) {
            this.fidelity = value;
            return this;
        }

        public Builder latency(List<Latency> value) {
            this.latency = value;
            return this;
        }

        public Builder delivered(List<DeliveredFigures> value) {
            this.delivered = value;
            return this;
        }

        public Builder engineAgreement(List<EngineAgreement> value) {
            this.engineAgreement = value;
            return this;
        }

        public Builder peakMemoryBytes(long value) {
            this.peakMemoryBytes = value;
            return this;
        }

        public Builder notes(List<String> value) {
            this.notes = value;
            return this;
        }

        public ModelFigures build() {
            return new ModelFigures(
                    label,
                    digest,
                    format,
                    sizeBytes,
                    packedBytes,
                    parameters,
                    nonZeroParameters,
                    macs,
                    accuracy,
                    fidelity,
                    latency,
                    delivered,
                    engineAgreement,
                    peakMemoryBytes,
                    notes);
        }
    }
}
