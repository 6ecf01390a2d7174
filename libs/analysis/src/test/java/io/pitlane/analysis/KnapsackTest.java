package io.pitlane.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.Knapsack.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnapsackTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noChoiceOfAllIsBetter(long seed) {
        // Given
        var random = new Random(seed);
        var items = new ArrayList<Item>();
        for (int i = 0; i < 14; i++) {
            items.add(new Item(random.nextInt(5) * 1_000_000_007L, random.nextInt(20) / 7.0));
        }
        long capacity = random.nextInt(30) * 1_000_000_007L + random.nextInt(1000);

        // When
        var chosen = Knapsack.solve(items, capacity);

        // Then
        assertThat(weight(items, mask(chosen))).isLessThanOrEqualTo(capacity);
        double best = 0;
        for (int mask = 0; mask < 1 << items.size(); mask++) {
            if (weight(items, mask) <= capacity) {
                best = Math.max(best, value(items, mask));
            }
        }
        assertThat(value(items, mask(chosen))).isCloseTo(best, within(1e-9));
    }

    @Test
    void theBestChoiceIsNotTheGreedyOne() {
        // Given: the first has the greatest value, and the greatest value for its weight
        var items = List.of(new Item(6, 6.6), new Item(5, 5), new Item(5, 5));

        // When
        var chosen = Knapsack.solve(items, 10);

        // Then
        assertThat(chosen).containsExactly(1, 2);
    }

    @Test
    void aHundredItemsAreNoProblem() {
        // Given
        var random = new Random(1);
        var items = new ArrayList<Item>();
        for (int i = 0; i < 100; i++) {
            items.add(new Item(1 + random.nextInt(1_000_000), random.nextDouble()));
        }

        // When
        var chosen = Knapsack.solve(items, 10_000_000);

        // Then
        long weight = chosen.stream().mapToLong(i -> items.get(i).weight()).sum();
        assertThat(weight).isBetween(9_900_000L, 10_000_000L);
    }

    @Test
    void nothingIsChosenWithoutRoom() {
        assertThat(Knapsack.solve(List.of(new Item(2, 1)), 1)).isEmpty();
        assertThat(Knapsack.solve(List.of(new Item(0, 1)), -1)).isEmpty();
        assertThat(Knapsack.solve(List.of(), 5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noOtherItemsOfTheGroupsAreBetter(long seed) {
        // Given: groups of three, so that a number of base 3 says which are chosen
        var random = new Random(seed);
        var groups = new ArrayList<List<Item>>();
        for (int i = 0; i < 7; i++) {
            groups.add(
                    List.of(
                            new Item(10 + random.nextInt(30), 0),
                            new Item(5 + random.nextInt(10), -random.nextDouble()),
                            new Item(random.nextInt(8), -random.nextDouble())));
        }
        long capacity = 70;

        // When
        var chosen = Knapsack.solveGroups(groups, capacity);

        // Then
        double best = Double.NEGATIVE_INFINITY;
        for (int code = 0; code < Math.pow(3, groups.size()); code++) {
            long weight = 0;
            double value = 0;
            int rest = code;
            for (var group : groups) {
                weight += group.get(rest % 3).weight();
                value += group.get(rest % 3).value();
                rest /= 3;
            }
            best = weight <= capacity ? Math.max(best, value) : best;
        }
        assertThat(chosen).hasSameSizeAs(groups);
        assertThat(total(groups, chosen, Item::weight)).isLessThanOrEqualTo(capacity);
        assertThat(total(groups, chosen, Item::value)).isCloseTo(best, within(1e-9));
    }

    @Test
    void theLightestOfEachGroupAreChosenWhereEvenTheyAreTooHeavy() {
        // Given
        var group = List.of(new Item(5, 0), new Item(3, -2), new Item(3, -1), new Item(4, -0.5));

        // When
        var chosen = Knapsack.solveGroups(List.of(group, group), 5);

        // Then
        assertThat(chosen).containsExactly(2, 2);
    }

    private static double total(
            List<List<Item>> groups, List<Integer> chosen, ToDoubleFunction<Item> figure) {
        double total = 0;
        for (int i = 0; i < groups.size(); i++) {
            total += figure.applyAsDouble(groups.get(i).get(chosen.get(i)));
        }
        return total;
    }

    private static int mask(Set<Integer> chosen) {
        return chosen.stream().mapToInt(i -> 1 << i).sum();
    }

    private static long weight(List<Item> items, int mask) {
        long weight = 0;
        for (int i = 0; i < items.size(); i++) {
            weight += (mask >> i & 1) * items.get(i).weight();
        }
        return weight;
    }

    private static double value(List<Item> items, int mask) {
        double value = 0;
        for (int i = 0; i < items.size(); i++) {
            value += (mask >> i & 1) * items.get(i).value();
        }
        return value;
    }
}
