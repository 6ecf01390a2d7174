package io.pitlane.gateway.board;

import io.pitlane.contract.artifact.ShortDigest;
import io.pitlane.contract.plan.PlanWriter;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.validation.Problems.Problem;
import io.pitlane.gateway.triggers.ArrivedTrigger;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the page of the registered plans shows.
 *
 * @param plans the plans, by the names of their models
 * @param arrivals the triggers that arrived, the newest first
 * @param form what the form that registers a plan holds
 */
public record PlansView(List<Registered> plans, List<Arrival> arrivals, Form form) {
    /**
     * A registered plan.
     *
     * @param model name of the model
     * @param plan name of the plan
     * @param steps its steps, as {@code prune, quantize, bench}
     * @param release when candidates are released
     * @param data beginning of the digest of its data; null where triggers bring their own
     * @param at when it was registered
     */
    public record Registered(
            String model, String plan, String steps, String release, String data, Instant at) {

        static Registered of(RegisteredPlan registered) {
            var plan = registered.plan();
            return new Registered(
                    registered.model(),
                    plan.name(),
                    IntStream.range(0, plan.steps().size())
                            .mapToObj(plan::label)
                            .collect(Collectors.joining(", ")),
                    plan.release().label(),
                    registered.data() == null ? null : ShortDigest.of(registered.data()),
                    registered.registeredAt());
        }

        /** When it was registered, for a reader. */
        public String registered() {
            return PageTime.of(at);
        }
    }

    /**
     * A trigger that arrived.
     *
     * @param trigger the trigger
     * @param run the run that it started; null where there is none
     */
    public record Arrival(ArrivedTrigger trigger, RunSummary run) {

        /** When it arrived, for a reader. */
        public String arrived() {
            return PageTime.of(trigger.at());
        }
    }

    /**
     * The form that registers a plan.
     *
     * @param model name of the model
     * @param plan the plan's text
     * @param data digest of uploaded data
     * @param problems what is wrong with them
     */
    public record Form(String model, String plan, String data, List<Problem> problems) {
        static final Form EMPTY = new Form("", "", "", List.of());

        static Form of(RegisteredPlan registered) {
            return new Form(
                    registered.model(),
                    PlanWriter.write(registered.plan()),
                    Optional.ofNullable(registered.data()).orElse(""),
                    List.of());
        }
    }

    static PlansView of(
            List<RegisteredPlan> plans,
            List<ArrivedTrigger> triggers,
            Function<String, Optional<RunState>> runs,
            Form form) {
        return new PlansView(
                plans.stream().map(Registered::of).toList(),
                triggers.stream().map(trigger -> arrival(trigger, runs)).toList(),
                form);
    }

    private static Arrival arrival(
            ArrivedTrigger trigger, Function<String, Optional<RunState>> runs) {
        var run =
                trigger.runId() == null ? Optional.<RunState>empty() : runs.apply(trigger.runId());
        return new Arrival(
                trigger,
                run.map(state -> RunSummary.of(state, List.of(), Clock.systemUTC())).orElse(null));
    }
}
