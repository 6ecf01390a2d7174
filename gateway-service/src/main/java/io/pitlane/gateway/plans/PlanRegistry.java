package io.pitlane.gateway.plans;

import io.pitlane.contract.run.RegisteredPlan;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The registered plans, read from the plans topic. Thread-safe. */
@Singleton
public class PlanRegistry {
    private final ConcurrentSkipListMap<String, RegisteredPlan> plans =
            new ConcurrentSkipListMap<>();

    /**
     * Applies a record of the topic.
     *
     * @param plan null when the plan of the model was removed
     */
    public void accept(String model, RegisteredPlan plan) {
        if (plan == null) {
            plans.remove(model);
        } else {
            plans.put(model, plan);
        }
    }

    /** The plan of a model, if there is one. */
    public Optional<RegisteredPlan> find(String model) {
        return Optional.ofNullable(plans.get(model));
    }

    /** Every plan, in the order of the models' names. */
    public List<RegisteredPlan> all() {
        return List.copyOf(plans.values());
    }
}
