package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Report.Speedup;
import java.util.List;

/**
 * An engine that bench was to measure, and what it brings by itself.
 *
 * @param engine which one
 * @param version of its native library; null where it is missing
 * @param missing why nothing was measured on it, as the end of a sentence; null where it runs
 * @param original the original's float export on this engine, against the original on TensorFlow;
 *     empty for TensorFlow, and where the original has no such export
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EngineFigures(Engine engine, String version, String missing, List<Speedup> original) {

    public EngineFigures {
        original = original == null ? List.of() : List.copyOf(original);
    }
}
