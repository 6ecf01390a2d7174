package io.pitlane.graph.channels.allocation;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses how many channels each group loses, so that the cost keeps a budget and the sum of the
 * losses is small. The saving of one group depends on the others, since a layer's cost is a product
 * of the channels that it reads and gives; so this is a search, not a knapsack.
 *
 * <ol>
 *   <li>Greedy: the cut of one group, by any number of channels, with the least loss for what it
 *       saves, until the cost keeps the budget.
 *   <li>Give back: channels of one group return, those first that lessen the loss most, as long as
 *       the cost keeps the budget.
 *   <li>Exchange: two groups take other numbers wherever the budget holds and the loss falls; then
 *       step 2 again, until neither finds anything.
 *   <li>Approach: where the cost is far below the budget all the same, since groups are small, two
 *       groups take the numbers of least loss with which it is near.
 * </ol>
 */
final class BudgetSearch {
    private static final int GRID = 32;
    private static final int MOST_SWEEPS = 6;
    private static final double NEAR = 0.97;
    private static final double NOTICEABLE = 1e-9;

    private final CutCosts costs;
    private final double budget;
    private final List<RankedGroup> groups;
    private final double[][] losses;
    private final int[] removed;
    private double cost;

    /**
     * A search.
     *
     * @param budget the most that the model may cost
     */
    BudgetSearch(CutCosts costs, double budget, List<RankedGroup> groups, RemovalLoss loss) {
        this.costs = costs;
        this.budget = budget;
        this.groups = groups;
        this.losses =
                groups.stream()
                        .map(
                                group ->
                                        Arrays.stream(group.removals())
                                                .mapToDouble(count -> loss.of(group, count))
                                                .toArray())
                        .toArray(double[][]::new);
        this.removed = new int[groups.size()];
        this.cost = costs.of(removed);
    }

    /**
     * The number of channels that each group loses; as many as the limits allow where that does not
     * keep the budget.
     */
    int[] solve() {
        while (cost > budget && cutBest()) {}
        giveBack();
        for (int sweep = 0; sweep < MOST_SWEEPS && exchange(); sweep++) {
            giveBack();
        }
        if (cost < NEAR * budget) {
            approach();
        }
        return removed.clone();
    }

    private boolean cutBest() {
        int best = -1;
        int bestTo = 0;
        double bestPrice = Double.POSITIVE_INFINITY;
        for (int group = 0; group < groups.size(); group++) {
            for (int to : grid(group)) {
                if (to > removed[group]) {
                    double saved = -costs.change(removed, group, to);
                    double lost = loss(group, to) - loss(group, removed[group]);
                    double price = lost / Math.min(saved, cost - budget);
                    if (saved > 0 && price < bestPrice) {
                        best = group;
                        bestTo = to;
                        bestPrice = price;
                    }
                }
            }
        }
        if (best >= 0) {
            set(best, bestTo);
        }
        return best >= 0;
    }

    private void giveBack() {
        boolean found = true;
        while (found) {
            found = false;
            int best = -1;
            int bestTo = 0;
            double most = NOTICEABLE;
            for (int group = 0; group < groups.size(); group++) {
                for (int to : groups.get(group).removals()) {
                    double gain = loss(group, removed[group]) - loss(group, to);
                    if (to < removed[group]
                            && gain > most
                            && cost + costs.change(removed, group, to) <= budget) {
                        best = group;
                        bestTo = to;
                        most = gain;
                    }
                }
            }
            if (best >= 0) {
                set(best, bestTo);
                found = true;
            }
        }
    }

    private boolean exchange() {
        boolean any = false;
        for (int first = 0; first < groups.size(); first++) {
            for (int second = 0; second < groups.size(); second++) {
                var better =
                        first == second
                                ? Optional.<Pair>empty()
                                : best(first, second, 0, -NOTICEABLE);
                better.ifPresent(this::set);
                any |= better.isPresent();
            }
        }
        return any;
    }

    private void approach() {
        Optional<Pair> nearest = Optional.empty();
        for (int first = 0; first < groups.size(); first++) {
            for (int second = 0; second < groups.size(); second++) {
                if (first != second) {
                    double most = nearest.map(Pair::loss).orElse(Double.POSITIVE_INFINITY);
                    var found = best(first, second, NEAR * budget, most);
                    nearest = found.isPresent() ? found : nearest;
                }
            }
        }
        nearest.ifPresent(this::set);
    }

    /** Other numbers for two groups, and by how much the loss changes with them. */
    private record Pair(int first, int toFirst, int second, int toSecond, double loss) {}

    /**
     * The best numbers for two groups.
     *
     * @param floor the least that the model may cost
     * @param below the loss changes by less than this
     */
    private Optional<Pair> best(int first, int second, double floor, double below) {
        int was = removed[first];
        double lossBefore = loss(first, was) + loss(second, removed[second]);
        double least = below;
        Optional<Pair> best = Optional.empty();
        for (int toFirst : grid(first)) {
            double withFirst = cost + costs.change(removed, first, toFirst);
            removed[first] = toFirst;
            for (int toSecond : grid(second)) {
                double change = loss(first, toFirst) + loss(second, toSecond) - lossBefore;
                if (change < least) {
                    double together = withFirst + costs.change(removed, second, toSecond);
                    if (together <= budget && together >= floor) {
                        least = change;
                        best = Optional.of(new Pair(first, toFirst, second, toSecond, change));
                    }
                }
            }
            removed[first] = was;
        }
        return best;
    }

    private void set(Pair pair) {
        set(pair.first, pair.toFirst);
        set(pair.second, pair.toSecond);
    }

    /** Some of the allowed numbers, evenly spaced, and those next to the present one. */
    private int[] grid(int group) {
        var removals = groups.get(group).removals();
        if (removals.length <= GRID) {
            return removals;
        }
        int at = Arrays.binarySearch(removals, removed[group]);
        int last = removals.length - 1;
        return IntStream.concat(
                        IntStream.rangeClosed(0, GRID).map(i -> i * last / GRID),
                        IntStream.rangeClosed(at - 1, at + 1).filter(i -> i >= 0 && i <= last))
                .map(i -> removals[i])
                .toArray();
    }

    private double loss(int group, int count) {
        return losses[group][Arrays.binarySearch(groups.get(group).removals(), count)];
    }

    private void set(int group, int to) {
        cost += costs.change(removed, group, to);
        removed[group] = to;
    }
}
