package io.pitlane.nas;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A search as a deterministic function of its seed and the scores.
 *
 * <p>1. The search is a sequence of slots; each proposes one trial, or none. 2. The proposal of
 * slot {@code i} depends on the scores of slots 0 to {@code i - parallel}, even if more have
 * arrived, and not on their order. So the same scores give the same search on any number of
 * replicas, and a restarted search proposes the same trials. 3. A slot promotes an architecture to
 * the next rung if one has earned it; else it tries a new architecture, until the budget is used
 * up.
 *
 * <p>Not thread-safe.
 */
final class ArchitectureSearch {
    private final UniqueProposals proposals;
    private final SearchStrategy strategy;
    private final SuccessiveHalving halving;
    private final ToDoubleFunction<TrialScore> fitness;
    private final int parallel;
    private final int maxArchitectures;
    private final int epochs;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Key, Slot> slotsByKey = new HashMap<>();
    private int processedSlots;
    private int architectures;
    private int consecutiveEmptySlots;

    /**
     * A trial before it has a job and a score.
     *
     * @param number of the architecture in the search, from 0
     * @param genome the architecture
     * @param rung number of promotions, from 0
     * @param epochs passes over the training set
     */
    record ProposedTrial(int number, Genome genome, int rung, int epochs) {}

    private record Key(int number, int epochs) {}

    private static final class Slot {
        private final Optional<ProposedTrial> trial;
        private boolean complete;
        private OptionalDouble fitness = OptionalDouble.empty();

        Slot(Optional<ProposedTrial> trial) {
            this.trial = trial;
            this.complete = trial.isEmpty();
        }
    }

    /**
     * A search without scores.
     *
     * @param space the architectures to choose from
     * @param step strategy, budget and epochs
     * @param admissible whether an architecture is worth a trial
     * @param fitness of a score; higher is better
     * @param seed of everything random
     */
    ArchitectureSearch(
            ArchitectureSpace space,
            NasStep step,
            Predicate<Genome> admissible,
            ToDoubleFunction<TrialScore> fitness,
            long seed) {
        var options = step.search();
        this.strategy = SearchStrategy.of(options, space);
        this.proposals = new UniqueProposals(space, strategy, admissible, seed);
        this.halving = new SuccessiveHalving(options.halving(), step.training().epochs());
        this.fitness = fitness;
        this.parallel = options.parallel();
        this.maxArchitectures = step.budget().trials();
        this.epochs = step.trial().epochs();
    }

    /** The next trial; empty when scores must arrive first, or the search is finished. */
    Optional<ProposedTrial> next() {
        while (!finished() && completeUpTo(slots.size() - parallel)) {
            processUpTo(slots.size() - parallel);
            var slot = new Slot(propose());
            slots.add(slot);
            consecutiveEmptySlots = slot.trial.isEmpty() ? consecutiveEmptySlots + 1 : 0;
            if (slot.trial.isPresent()) {
                var trial = slot.trial.get();
                slotsByKey.put(new Key(trial.number(), trial.epochs()), slot);
                return slot.trial;
            }
        }
        return Optional.empty();
    }

    /** Whether every trial of the search is proposed and scored. */
    boolean finished() {
        return consecutiveEmptySlots >= parallel && completeUpTo(slots.size() - 1);
    }

    private boolean completeUpTo(int lastSlot) {
        for (int i = processedSlots; i <= lastSlot; i++) {
            if (!slots.get(i).complete) {
                return false;
            }
        }
        return true;
    }

    private void processUpTo(int lastSlot) {
        for (; processedSlots <= lastSlot; processedSlots++) {
            var slot = slots.get(processedSlots);
            if (slot.fitness.isPresent()) {
                update(slot.trial.orElseThrow(), slot.fitness.getAsDouble());
            }
        }
    }

    // Scores of higher rungs come from longer trainings: not comparable with those of rung 0.
    private void update(ProposedTrial trial, double value) {
        halving.update(trial, value);
        if (trial.rung() == 0) {
            strategy.update(trial.genome(), value);
        }
    }

    private Optional<ProposedTrial> propose() {
        var promotion = halving.promotion();
        if (promotion.isPresent() || architectures >= maxArchitectures) {
            return promotion;
        }
        var genome = proposals.next(architectures);
        if (genome.isEmpty()) {
            architectures = maxArchitectures;
            return Optional.empty();
        }
        return Optional.of(new ProposedTrial(architectures++, genome.get(), 0, epochs));
    }

    /**
     * Adds the score of a proposed trial. Nothing is learnt from a failed one. A second score of
     * the same trial is ignored.
     */
    void addScore(TrialScore score) {
        var slot = slotsByKey.get(new Key(score.number(), score.epochs()));
        if (slot == null || slot.complete) {
            return;
        }
        slot.complete = true;
        if (score.failure() == null) {
            slot.fitness = OptionalDouble.of(fitness.applyAsDouble(score));
        }
    }
}
