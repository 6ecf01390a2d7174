package io.pitlane.contract.report;

import io.pitlane.contract.run.RunModel;
import java.util.List;

/**
 * What a finished run publishes: the report, and where its models are.
 *
 * @param report the figures and the verdict
 * @param models every model, the original first, the candidate last
 */
public record RunResult(Report report, List<RunModel> models) {}
