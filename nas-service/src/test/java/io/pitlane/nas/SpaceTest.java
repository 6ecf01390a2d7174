package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpaceTest {
    private final Space space = Spaces.small();

    @Test
    void itsSizeIsTheNumberOfItsArchitectures() {
        var all = new HashSet<Genome>();
        for (long i = 0; i < space.positions().longValueExact(); i++) {
            all.add(space.at(BigInteger.valueOf(i)));
        }

        assertThat(space.size()).isEqualTo(BigInteger.valueOf(all.size())).isEqualTo(1440);
    }

    @Test
    void randomArchitecturesReachEveryOption() {
        var random = new Random(1);
        var taken = new HashSet<String>();
        for (int i = 0; i < 500; i++) {
            var genome = space.random(random);
            var positions = space.positions(genome);
            assertThat(space.genome(positions)).isEqualTo(genome);
            for (int d = 0; d < positions.length; d++) {
                if (space.counts(positions, d)) {
                    taken.add(d + ":" + positions[d]);
                }
            }
        }

        // The first stage has no inverted blocks, so that its two expansions never count.
        int options = space.decisions().stream().mapToInt(d -> d.options().size()).sum();
        assertThat(taken).hasSize(options - 2);
    }

    @Test
    void aMutationChangesOneDecisionToAnotherOption() {
        var random = new Random(2);
        var genome = space.random(random);
        for (int i = 0; i < 500; i++) {
            var mutated = space.mutate(genome, random);

            var before = space.positions(genome);
            var after = space.positions(mutated);
            var changed =
                    IntStream.range(0, before.length)
                            .filter(d -> before[d] != after[d])
                            .mapToObj(d -> space.decisions().get(d).name())
                            .toList();
            assertThat(changed).as("%s -> %s", genome, mutated).isNotEmpty();
            if (changed.size() > 1) {
                assertThat(changed).containsExactly("stages[1].block", "stages[1].expansion");
            }
            genome = mutated;
        }
    }

    @Test
    void aSpaceOfOneCannotMutate() {
        var alone = Spaces.oneStage(8);
        var only = Genome.parse("s4|c8s2");

        assertThat(alone.size()).isEqualTo(1);
        assertThat(alone.mutate(only, new Random(1))).isEqualTo(only);
    }

    @Test
    void anArchitectureOfAnotherSpaceIsRefused() {
        assertThatThrownBy(() -> space.positions(Genome.parse("s4|c4")))
                .hasMessageContaining("another number of stages");
        assertThatThrownBy(() -> space.positions(Genome.parse("s4|c5|c8s2")))
                .hasMessageContaining("takes 5 for stages[0].width [4, 8, 12]");
    }

    @Test
    void itsListingNamesEveryChoice() {
        assertThat(space.describe())
                .isEqualTo(
                        """
                        search space version 1, 1,440 architectures
                        stem: conv width 4|8, kernel 3, stride 1, relu
                        stage 1: conv|residual width 4|8|12, depth 1|2, kernel 3, stride 1, relu
                        stage 2: conv|residual|separable|inverted width 8|16|24, depth 1, \
                        kernel 3|5, stride 2, expansion 2|4, relu|relu6""");
    }
}
