package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;

/**
 * Searches for an architecture, then trains the winner, which becomes the run's current model.
 *
 * @param space the search space; null for one derived from the original
 * @param search the search strategy and its options
 * @param objective the weighting of accuracy and cost
 * @param trial training options of each trial; batch norm is always trained
 * @param budget when the search stops
 * @param loss the loss of the winner's training, with the original as the teacher; the default has
 *     no soft targets
 * @param training training options of the winner; batch norm is always trained
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NasStep(
        SearchSpace space,
        SearchOptions search,
        SearchObjective objective,
        Training trial,
        Budget budget,
        DistillationLoss loss,
        Training training)
        implements Step {

    /**
     * When the search stops, whichever comes first; the winner is the best architecture so far.
     *
     * @param trials number of architectures
     * @param minutes wall-clock time; null for no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Budget(Integer trials, Double minutes) {
        public static final Budget DEFAULT = new Budget(null, null);

        public Budget {
            trials = trials == null ? Integer.valueOf(20) : trials;
        }

        void check(Problems problems) {
            problems.require(
                    trials >= 1 && trials <= 100_000,
                    "trials",
                    "must be between 1 and 100000, but is " + trials);
            problems.require(
                    minutes == null || minutes > 0 && minutes <= 100_000,
                    "minutes",
                    "must be above 0 and at most 100000, but is " + minutes);
        }
    }

    private static final int TRIAL_EPOCHS = 2;
    private static final int WINNER_EPOCHS = 20;
    private static final DistillationLoss LABELS_ONLY =
            DistillationLoss.builder().labels(1).softTargets(0).temperature(2).build();

    public NasStep {
        search = search == null ? SearchOptions.DEFAULT : search;
        objective = objective == null ? SearchObjective.DEFAULT : objective;
        trial = forFreshNetwork(trial, TRIAL_EPOCHS);
        budget = budget == null ? Budget.DEFAULT : budget;
        loss = DistillationLoss.orDefaults(loss, LABELS_ONLY);
        training = forFreshNetwork(training, WINNER_EPOCHS);
    }

    private static Training forFreshNetwork(Training written, int defaultEpochs) {
        var training = written == null ? Training.builder().epochs(defaultEpochs).build() : written;
        return training.forFreshNetwork();
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.NAS;
    }

    @Override
    public void checkTask(Task task, Problems problems) {
        if (task != Task.CLASSIFICATION) {
            problems.add(
                    "finds classifiers, but the task is " + task.label() + "; leave the step out");
        }
    }

    @Override
    public String summary() {
        return "tries up to %d architectures%s each, then trains the best%s"
                .formatted(
                        budget.trials(),
                        StepWork.forEpochs(StepWork.epochs(trial)),
                        StepWork.forEpochs(StepWork.epochs(training)));
    }

    @Override
    public StepWork work() {
        return StepWork.ofEpochs(
                budget.trials() * StepWork.epochs(trial) + StepWork.epochs(training));
    }

    @Override
    public void check(Problems problems) {
        if (space != null) {
            space.check(problems.at("space"));
        }
        search.check(problems.at("search"));
        objective.check(problems.at("objective"));
        trial.check(problems.at("trial"));
        problems.require(
                trial.epochs() >= 1,
                "trial.epochs",
                "must be at least 1, but is " + trial.epochs());
        problems.require(
                trial.validation() > 0,
                "trial.validation",
                "must be above 0: architectures are compared on the validation images");
        budget.check(problems.at("budget"));
        loss.check(problems.at("loss"));
        loss.checkNotEmpty(problems.at("loss"));
        training.check(problems.at("training"));
        problems.require(
                training.epochs() >= 1,
                "training.epochs",
                "must be at least 1, but is 0: the winner's weights are fresh");
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.space = space;
        builder.search = search;
        builder.objective = objective;
        builder.trial = trial;
        builder.budget = budget;
        builder.loss = loss;
        builder.training = training;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private SearchSpace space;
        private SearchOptions search;
        private SearchObjective objective;
        private Training trial;
        private Budget budget;
        private DistillationLoss loss;
        private Training training;

        private Builder() {}

        public Builder space(SearchSpace value) {
            this.space = value;
            return this;
        }

        public Builder search(SearchOptions value) {
            this.search = value;
            return this;
        }

        public Builder objective(SearchObjective value) {
            this.objective = value;
            return this;
        }

        public Builder trial(Training value) {
            this.trial = value;
            return this;
        }

        public Builder budget(Budget value) {
            this.budget = value;
            return this;
        }

        public Builder loss(DistillationLoss value) {
            this.loss = value;
            return this;
        }

        public Builder training(Training value) {
            this.training = value;
            return this;
        }

        public NasStep build() {
            return new NasStep(space, search, objective, trial, budget, loss, training);
        }
    }
}
