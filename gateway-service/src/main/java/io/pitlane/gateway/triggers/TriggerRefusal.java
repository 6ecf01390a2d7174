package io.pitlane.gateway.triggers;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.gateway.errors.ApiException;
import java.util.Optional;

/** Why a trigger starts no run, for those who look for it afterwards. */
final class TriggerRefusal {
    private TriggerRefusal() {}

    /** The reason in words; empty where the failure is not the trigger's, and may pass. */
    static Optional<String> reason(RuntimeException failure) {
        if (failure instanceof InvalidPlanException invalid) {
            return Optional.of(invalid.getMessage().replace("\n", "; "));
        }
        if (failure instanceof ApiException refused) {
            return Optional.of(refused.getMessage() + " " + refused.action());
        }
        if (failure instanceof FailureException malformed
                && malformed.kind() == Failure.Kind.INVALID_INPUT) {
            return Optional.of(malformed.getMessage() + " " + malformed.action());
        }
        return Optional.empty();
    }
}
