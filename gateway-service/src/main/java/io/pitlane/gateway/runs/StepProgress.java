package io.pitlane.gateway.runs;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.training.TrainingLoss;
import java.util.List;
import java.util.Optional;

/**
 * The progress of a step that is at work or done.
 *
 * @param latest the latest progress
 * @param pace how fast it gets on; empty while that is not known
 * @param losses the loss curves of its trainings, each in order
 */
public record StepProgress(Progress latest, Optional<Pace> pace, List<TrainingLoss> losses) {}
