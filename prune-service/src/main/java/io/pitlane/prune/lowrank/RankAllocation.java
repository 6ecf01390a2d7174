package io.pitlane.prune.lowrank;

import io.pitlane.analysis.Knapsack;
import io.pitlane.analysis.Knapsack.Item;
import io.pitlane.prune.lowrank.LayerOptions.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ranks of all layers together: those with which the errors of the layers' outputs, each over
 * the variance of these outputs, have the smallest sum within a budget. A layer that stays has no
 * error.
 */
final class RankAllocation {
    /** Costs are counted in units of such a part of the budget, rounded up. */
    private static final long UNITS = 20_000;

    private RankAllocation() {}

    /**
     * What becomes of each layer, by its name; empty where it stays.
     *
     * @param budget what all layers may cost together; where the cheapest options cost more, these
     *     are taken
     */
    static Map<String, Optional<Option>> of(List<LayerOptions> layers, long budget) {
        long unit = Math.max(1, budget / UNITS);
        var groups = layers.stream().map(layer -> items(layer, unit)).toList();
        var chosen = Knapsack.solveGroups(groups, budget / unit);
        var allocation = new LinkedHashMap<String, Optional<Option>>();
        for (int i = 0; i < layers.size(); i++) {
            var options = layers.get(i).options();
            int position = chosen.get(i);
            allocation.put(
                    layers.get(i).name(),
                    position == 0 ? Optional.empty() : Optional.of(options.get(position - 1)));
        }
        return allocation;
    }

    /** The layer as it is, then its options. */
    private static List<Item> items(LayerOptions layer, long unit) {
        var items = new ArrayList<Item>();
        items.add(new Item(units(layer.cost(), unit), 0));
        for (var option : layer.options()) {
            items.add(new Item(units(option.cost(), unit), -option.error()));
        }
        return items;
    }

    private static long units(long cost, long unit) {
        return (cost + unit - 1) / unit;
    }
}
