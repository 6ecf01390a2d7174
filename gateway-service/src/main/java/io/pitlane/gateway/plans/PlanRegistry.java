package io.pitlane.gateway.plans;

import io.pitlane.contract.RegisteredPlan;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The plans that are registered, as the plans topic tells. Thread-safe. */
@Singleton
public class PlanRegistry {
    private final ConcurrentSkipListMap<String, RegisteredPlan> plans =
            new ConcurrentSkipListMap<>();

    /**
     * Takes what the topic says of a model.
     *
     * @param plan null when its plan was removed
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
