package io.pitlane.pipeline.worker;

import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.metrics.StageMetrics;

/**
 * What every trial is done with.
 *
 * @param replica who does it
 * @param workshop where
 * @param board which need not be done
 * @param handOver how scores are handed over
 * @param events how scores are said
 * @param deadLetters where messages go that are no trials
 * @param news where progress is told
 * @param desk where it is said that a trial is at work
 * @param metrics what is counted
 */
record TrialTools(
        String replica,
        Workshop workshop,
        ScoreBoard board,
        HandOver handOver,
        EventRecords events,
        DeadLetterRecords deadLetters,
        News news,
        Desk desk,
        StageMetrics metrics) {}
