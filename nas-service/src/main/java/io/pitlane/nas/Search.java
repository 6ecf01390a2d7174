package io.pitlane.nas;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.TrialScore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A search as a function of its seed and the scores.
 *
 * <p>1. The search has slots; each asks for one training, or for none. 2. What slot {@code i} asks
 * for depends on the scores of slots 0 to {@code i - parallel}, however many more have arrived and
 * in whatever order: so the same scores give the same search, on one replica or on ten, and a
 * search begun anew asks for the same. 3. A slot promotes an architecture of a lower rung where one
 * has earned it, else tries a new one, as long as there are any.
 *
 * <p>Not thread-safe.
 */
final class Search {
    private final Proposals proposals;
    private final Strategy strategy;
    private final Rungs rungs;
    private final ToDoubleFunction<TrialScore> fitness;
    private final int parallel;
    private final int trials;
    private final int epochs;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Key, Slot> byKey = new HashMap<>();
    private int learned;
    private int tried;
    private int idle;

    private record Key(int number, int epochs) {}

    private static final class Slot {
        private final Optional<Attempt> attempt;
        private boolean known;
        private OptionalDouble fitness = OptionalDouble.empty();

        Slot(Optional<Attempt> attempt) {
            this.attempt = attempt;
            this.known = attempt.isEmpty();
        }
    }

    /**
     * A search that has not begun.
     *
     * @param space what may be tried
     * @param step how it is chosen, how much of it, and how long each is trained
     * @param admissible architectures worth training
     * @param fitness what makes a score better than another: the higher, the better
     * @param seed decides everything random
     */
    Search(
            Space space,
            NasStep step,
            Predicate<Genome> admissible,
            ToDoubleFunction<TrialScore> fitness,
            long seed) {
        var how = step.search();
        this.strategy =
                switch (how.strategy()) {
                    case RANDOM -> new RandomSearch(space);
                    case EVOLUTION ->
                            new RegularisedEvolution(space, how.population(), how.tournament());
                    case REINFORCE -> new ReinforceController(space);
                };
        this.proposals = new Proposals(space, strategy, admissible, seed);
        this.rungs = new Rungs(how.halving(), step.training().epochs());
        this.fitness = fitness;
        this.parallel = how.parallel();
        this.trials = step.budget().trials();
        this.epochs = step.trial().epochs();
    }

    /** The next training; empty when scores must arrive first, or the search is over. */
    Optional<Attempt> next() {
        while (!finished() && knows(slots.size() - parallel)) {
            learnUpTo(slots.size() - parallel);
            var slot = new Slot(decide());
            slots.add(slot);
            idle = slot.attempt.isEmpty() ? idle + 1 : 0;
            if (slot.attempt.isPresent()) {
                var attempt = slot.attempt.get();
                byKey.put(new Key(attempt.number(), attempt.epochs()), slot);
                return slot.attempt;
            }
        }
        return Optional.empty();
    }

    /** Whether every training there will be has been asked for and scored. */
    boolean finished() {
        return idle >= parallel && knows(slots.size() - 1);
    }

    private boolean knows(int lastSlot) {
        for (int i = learned; i <= lastSlot; i++) {
            if (!slots.get(i).known) {
                return false;
            }
        }
        return true;
    }

    private void learnUpTo(int lastSlot) {
        for (; learned <= lastSlot; learned++) {
            var slot = slots.get(learned);
            if (slot.fitness.isPresent()) {
                learn(slot.attempt.orElseThrow(), slot.fitness.getAsDouble());
            }
        }
    }

    // Scores of other rungs are of longer trainings, and would not compare with those of the first.
    private void learn(Attempt attempt, double value) {
        rungs.learn(attempt, value);
        if (attempt.rung() == 0) {
            strategy.learn(attempt.genome(), value);
        }
    }

    private Optional<Attempt> decide() {
        var promotion = rungs.promotion();
        if (promotion.isPresent() || tried >= trials) {
            return promotion;
        }
        var genome = proposals.next(tried);
        if (genome.isEmpty()) {
            tried = trials;
            return Optional.empty();
        }
        return Optional.of(new Attempt(tried++, genome.get(), 0, epochs));
    }

    /**
     * Takes the score of a training that was asked for; one that failed teaches nothing. A second
     * score of the same training is ignored.
     *
     * @return whether it was news
     */
    boolean scored(TrialScore score) {
        var slot = byKey.get(new Key(score.number(), score.epochs()));
        if (slot == null || slot.known) {
            return false;
        }
        slot.known = true;
        if (score.failure() == null) {
            slot.fitness = OptionalDouble.of(fitness.applyAsDouble(score));
        }
        return true;
    }
}
