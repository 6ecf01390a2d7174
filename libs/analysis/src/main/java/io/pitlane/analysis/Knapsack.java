package io.pitlane.analysis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The 0/1 knapsack problem and the multiple-choice knapsack problem, solved exactly by dynamic
 * programming over the states that no other dominates (Nemhauser and Ullmann, Discrete Dynamic
 * Programming and Capital Allocation, Management Science 15, 1969): weights and values are any
 * numbers, nothing is rounded.
 */
public final class Knapsack {
    private Knapsack() {}

    /**
     * What can be chosen.
     *
     * @param weight what it takes of the capacity, 0 or more
     * @param value what it brings; of single items, 0 or more
     */
    public record Item(long weight, double value) {}

    /** A choice among the first items; a smaller weight always has a smaller value. */
    private record State(long weight, double value, int item, State before) {}

    /**
     * The choice of the greatest value.
     *
     * @param capacity the most that the chosen items may weigh together; below 0, none is chosen
     * @return the positions of the chosen items
     */
    public static Set<Integer> solve(List<Item> items, long capacity) {
        List<State> states = List.of(new State(0, 0, -1, null));
        for (int i = 0; i < items.size(); i++) {
            states = merged(states, with(states, i, items.get(i), capacity));
        }
        var chosen = new TreeSet<Integer>();
        for (var at = states.get(states.size() - 1); at.before != null; at = at.before) {
            chosen.add(at.item);
        }
        return chosen;
    }

    /**
     * One item of each group: those of the greatest value together.
     *
     * @param groups none is empty
     * @param capacity the most that the chosen items may weigh together
     * @return their positions in their groups; where the lightest items weigh more than the
     *     capacity, these
     */
    public static List<Integer> solveGroups(List<List<Item>> groups, long capacity) {
        long lightest = groups.stream().mapToLong(group -> lightest(group).weight()).sum();
        if (lightest > capacity) {
            return groups.stream().map(group -> group.indexOf(lightest(group))).toList();
        }
        long left = capacity - lightest;
        List<State> states = List.of(new State(0, 0, -1, null));
        for (var group : groups) {
            // Beyond what the lightest item of each group weighs, so that every state can be ended.
            long least = lightest(group).weight();
            List<State> chosen = List.of();
            for (int i = 0; i < group.size(); i++) {
                var item = group.get(i);
                var beyond = new Item(item.weight() - least, item.value());
                chosen = merged(chosen, with(states, i, beyond, left));
            }
            states = chosen;
        }
        var positions = new LinkedList<Integer>();
        for (var at = states.get(states.size() - 1); at.before != null; at = at.before) {
            positions.addFirst(at.item);
        }
        return List.copyOf(positions);
    }

    private static Item lightest(List<Item> group) {
        return Collections.min(
                group,
                Comparator.comparingLong(Item::weight)
                        .thenComparing(Comparator.comparingDouble(Item::value).reversed()));
    }

    private static List<State> with(List<State> states, int index, Item item, long capacity) {
        return states.stream()
                .filter(state -> item.weight() <= capacity - state.weight)
                .map(
                        state ->
                                new State(
                                        state.weight + item.weight(),
                                        state.value + item.value(),
                                        index,
                                        state))
                .toList();
    }

    /** Both lists by weight, without the states that weigh as much as others and bring no more. */
    private static List<State> merged(List<State> without, List<State> with) {
        var merged = new ArrayList<State>(without.size() + with.size());
        int a = 0;
        int b = 0;
        double best = Double.NEGATIVE_INFINITY;
        while (a < without.size() || b < with.size()) {
            boolean first =
                    b == with.size() || a < without.size() && isBefore(without.get(a), with.get(b));
            var next = first ? without.get(a++) : with.get(b++);
            if (next.value > best) {
                best = next.value;
                merged.add(next);
            }
        }
        return merged;
    }

    private static boolean isBefore(State a, State b) {
        return a.weight < b.weight || a.weight == b.weight && a.value >= b.value;
    }
}
