package io.pitlane.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import java.util.ArrayList;

/**
 * A plan as its author may have written it: without the options that have their defaults, since
 * some of them do not fit others that are changed.
 */
final class WrittenPlan {
    private final Plan plan;
    private final ObjectNode tree;

    private WrittenPlan(Plan plan) {
        this.plan = plan;
        this.tree = ContractJson.MAPPER.valueToTree(plan);
    }

    static ObjectNode of(Plan plan) {
        var written = new WrittenPlan(plan);
        written.removeDefaults(written.tree);
        for (var step : written.tree.get("steps")) {
            step.forEach(options -> written.removeDefaults((ObjectNode) options));
        }
        return written.tree;
    }

    private void removeDefaults(ObjectNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        for (var name : names) {
            var before = object.deepCopy();
            object.remove(name);
            if (!isSame()) {
                // Not by set(), which would change the order: the first pattern for a layer counts.
                object.removeAll();
                object.setAll(before);
                if (object.get(name) instanceof ObjectNode inner) {
                    removeDefaults(inner);
                }
            }
        }
    }

    private boolean isSame() {
        try {
            return ContractJson.MAPPER.treeToValue(tree, Plan.class).equals(plan);
        } catch (JsonProcessingException | RuntimeException e) {
            return false;
        }
    }
}
