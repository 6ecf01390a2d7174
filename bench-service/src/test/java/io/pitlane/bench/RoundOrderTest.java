package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundOrderTest {
    private static final int DESIGNS = 60;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9})
    void inEveryDesignEachModelHasEachPositionEquallyOften(int models) {
        for (var design : designs(models)) {
            var positions = new int[models][models];
            for (var round : design) {
                for (int position = 0; position < models; position++) {
                    positions[round[position]][position]++;
                }
            }
            assertThat(cells(positions)).containsOnly(design.size() / models);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9})
    void inEveryDesignEachModelFollowsEachOtherEquallyOften(int models) {
        for (var design : designs(models)) {
            var neighbours = new int[models][models];
            for (var round : design) {
                for (int position = 1; position < models; position++) {
                    neighbours[round[position - 1]][round[position]]++;
                }
            }
            assertThat(offDiagonal(neighbours)).containsOnly(design.size() / models);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9})
    void noModelStartsARoundAfterItselfAndAllOthersMeetThereEquallyOften(int models) {
        // When
        var boundaries = boundaries(models);

        // Then: the arrangement is greedy, so that few pairs are one or two ahead
        assertThat(IntStream.range(0, models).map(model -> boundaries[model][model]))
                .containsOnly(0);
        var pairs = offDiagonal(boundaries);
        assertThat(max(pairs) - min(pairs)).isLessThanOrEqualTo(3);
        assertThat(min(pairs)).isPositive();
    }

    @Test
    void ofTwoModelsEachStartsARoundAfterEachEquallyOften() {
        var pairs = cells(boundaries(2));

        assertThat(max(pairs) - min(pairs)).isLessThanOrEqualTo(2);
    }

    @Test
    void aDesignHasOneRoundAModelOrTwoForAnOddNumber() {
        assertThat(IntStream.rangeClosed(1, 9).map(models -> designs(models).get(0).size()))
                .containsExactly(1, 2, 6, 4, 10, 6, 14, 8, 18);
    }

    @Test
    void theRoundsAreTheSameEveryTime() {
        assertThat(rounds(5, 40)).containsExactly(rounds(5, 40).toArray(int[][]::new));
    }

    private static List<List<int[]>> designs(int models) {
        var order = new RoundOrder(models);
        return Stream.generate(() -> design(order)).limit(DESIGNS).toList();
    }

    private static List<int[]> design(RoundOrder order) {
        var rounds = Stream.<int[]>builder();
        do {
            rounds.add(order.next());
        } while (!order.isBalanced());
        return rounds.build().toList();
    }

    private static List<int[]> rounds(int models, int count) {
        var order = new RoundOrder(models);
        return Stream.generate(order::next).limit(count).toList();
    }

    private static int[][] boundaries(int models) {
        var rounds = designs(models).stream().flatMap(List::stream).toList();
        var counts = new int[models][models];
        for (int i = 1; i < rounds.size(); i++) {
            counts[rounds.get(i - 1)[models - 1]][rounds.get(i)[0]]++;
        }
        return counts;
    }

    private static int[] cells(int[][] counts) {
        return Arrays.stream(counts).flatMapToInt(IntStream::of).toArray();
    }

    private static int[] offDiagonal(int[][] counts) {
        int models = counts.length;
        return IntStream.range(0, models * models)
                .filter(cell -> cell / models != cell % models)
                .map(cell -> counts[cell / models][cell % models])
                .toArray();
    }

    private static int max(int[] values) {
        return IntStream.of(values).max().orElseThrow();
    }

    private static int min(int[] values) {
        return IntStream.of(values).min().orElseThrow();
    }
}
