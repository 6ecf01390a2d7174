package io.pitlane.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The order of the models in each round, balanced for first-order carry-over: what ran before a
 * call leaves its weights in the caches.
 *
 * <p>Rounds come in Williams designs (E. J. Williams, "Experimental designs balanced for the
 * estimation of residual effects of treatments", Australian Journal of Scientific Research A 2,
 * 1949): a Latin square for an even number of models, two for an odd one. Over the rounds of a
 * design, every model has every position equally often, and within the rounds every model follows
 * every other equally often.
 *
 * <p>Each design numbers the models at random. Its rounds are arranged so that a model does not run
 * twice in succession where a round ends and the next starts (two models cannot avoid it), and that
 * the pairs that meet there occur about equally often.
 *
 * <p>The same number of models gives the same rounds. Not thread-safe.
 */
final class RoundOrder {
    private static final long SEED = 1949;

    private final int models;
    private final Random random = new Random(SEED);
    private final Queue<int[]> design = new ArrayDeque<>();
    private Boundaries boundaries;

    RoundOrder(int models) {
        this.models = models;
        this.boundaries = new Boundaries(new int[models][models], -1);
    }

    /** Indices of the models in the order of the next round. */
    int[] next() {
        while (design.isEmpty()) {
            arrange(square());
        }
        return design.remove();
    }

    /** Whether the rounds so far are whole designs. */
    boolean isBalanced() {
        return design.isEmpty();
    }

    private List<int[]> square() {
        var labels = new ArrayList<>(IntStream.range(0, models).boxed().toList());
        Collections.shuffle(labels, random);
        var rounds = new ArrayList<int[]>();
        for (int shift = 0; shift < models; shift++) {
            int by = shift;
            var round =
                    IntStream.range(0, models)
                            .map(position -> labels.get((zigzag(position) + by) % models))
                            .toArray();
            rounds.add(round);
            if (models > 1 && models % 2 == 1) {
                rounds.add(reversed(round));
            }
        }
        Collections.shuffle(rounds, random);
        return rounds;
    }

    /** 0, n-1, 1, n-2 ...: the differences between neighbours, modulo n, are all different. */
    private int zigzag(int position) {
        return position % 2 == 0 ? position / 2 : models - 1 - position / 2;
    }

    private static int[] reversed(int[] round) {
        return IntStream.range(0, round.length).map(i -> round[round.length - 1 - i]).toArray();
    }

    /** Queues the rounds; none when they end with one that would repeat a model. */
    private void arrange(List<int[]> rounds) {
        var arranged = new ArrayList<int[]>();
        var after = boundaries.copy();
        while (!rounds.isEmpty()) {
            var next = after.leastUsed(rounds);
            if (next.isEmpty()) {
                return;
            }
            after.append(next.get());
            arranged.add(next.get());
            rounds.remove(next.get());
        }
        boundaries = after;
        design.addAll(arranged);
    }

    /** How often each model started a round after each that ended the one before. */
    private static final class Boundaries {
        private final int[][] counts;
        private int last;

        Boundaries(int[][] counts, int last) {
            this.counts = counts;
            this.last = last;
        }

        Boundaries copy() {
            return new Boundaries(
                    Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new), last);
        }

        Optional<int[]> leastUsed(List<int[]> rounds) {
            return rounds.stream()
                    .filter(round -> counts.length <= 2 || round[0] != last)
                    .min(Comparator.comparingInt(round -> last < 0 ? 0 : counts[last][round[0]]));
        }

        void append(int[] round) {
            if (last >= 0) {
                counts[last][round[0]]++;
            }
            last = round[round.length - 1];
        }
    }
}
