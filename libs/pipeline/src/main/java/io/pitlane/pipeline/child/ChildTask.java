package io.pitlane.pipeline.child;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.search.Trial;
import io.pitlane.pipeline.stage.StageTask;

/**
 * The task of a child.
 *
 * @param task the step, with its local files
 * @param trial the architecture to try; null when the step itself is to be done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChildTask(StageTask task, Trial trial) {}
