package io.pitlane.training;

import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.MaskSchedule;
import java.util.Map;
import java.util.Optional;

/** What the weights of a training keep, and where it gets memory and checkpoints. Immutable. */
final class TrainingSetup {
    private Map<String, FloatTensor> masks = Map.of();
    private MaskSchedule schedule = MaskSchedule.NONE;
    private Optional<CodeOptions> codes = Optional.empty();
    private Checkpoints checkpoints = Checkpoints.NONE;
    private String name = "";
    private MemoryBudget budget = MemoryBudget.ofProcess();
    private boolean keepsStart = true;

    private TrainingSetup copy() {
        var copy = new TrainingSetup();
        copy.masks = masks;
        copy.schedule = schedule;
        copy.codes = codes;
        copy.checkpoints = checkpoints;
        copy.name = name;
        copy.budget = budget;
        copy.keepsStart = keepsStart;
        return copy;
    }

    TrainingSetup withMasks(Map<String, FloatTensor> masks) {
        var copy = copy();
        copy.masks = Map.copyOf(masks);
        return copy;
    }

    TrainingSetup withMaskSchedule(MaskSchedule schedule) {
        var copy = copy();
        copy.schedule = schedule;
        return copy;
    }

    TrainingSetup withCodes(CodeOptions codes) {
        var copy = copy();
        copy.codes = Optional.of(codes);
        return copy;
    }

    TrainingSetup withCheckpoints(Checkpoints checkpoints, String name) {
        var copy = copy();
        copy.checkpoints = checkpoints;
        copy.name = name;
        return copy;
    }

    TrainingSetup withMemory(MemoryBudget budget) {
        var copy = copy();
        copy.budget = budget;
        return copy;
    }

    TrainingSetup withoutStart() {
        var copy = copy();
        copy.keepsStart = false;
        return copy;
    }

    /** Pruning masks of 0 and 1, by the name of the weight's Const. */
    Map<String, FloatTensor> masks() {
        return masks;
    }

    /** Masks that change. */
    MaskSchedule schedule() {
        return schedule;
    }

    /** Of weights as codes; empty for weights as floats. */
    Optional<CodeOptions> codes() {
        return codes;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Of the training among those that share the checkpoints. */
    String name() {
        return name;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** Whether the model before training counts as an epoch. */
    boolean keepsStart() {
        return keepsStart;
    }
}
