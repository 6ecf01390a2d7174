package io.pitlane.pipeline.worker;

import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.checkpoint.CheckpointRestore;
import io.pitlane.pipeline.metrics.StageMetrics;
import java.time.Duration;

/**
 * What every job is done with.
 *
 * @param workshop where
 * @param preparing what comes first
 * @param attempts how often it is tried
 * @param log where checkpoints are kept
 * @param restore how they come back
 * @param checkpointEvery time between two of them
 * @param news where progress is told
 * @param metrics what is counted
 */
record JobTools(
        Workshop workshop,
        Preparing preparing,
        Attempts attempts,
        CheckpointLog log,
        CheckpointRestore restore,
        Duration checkpointEvery,
        News news,
        StageMetrics metrics) {}
