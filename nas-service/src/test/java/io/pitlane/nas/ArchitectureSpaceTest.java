package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArchitectureSpaceTest {
    private final ArchitectureSpace space = ExampleSpaces.small();

    @Test
    void theSizeIsTheNumberOfArchitectures() {
        var all = new HashSet<Genome>();
        for (long i = 0; i < space.indexCount().longValueExact(); i++) {
            all.add(space.atIndex(BigInteger.valueOf(i)));
        }

        assertThat(space.size()).isEqualTo(BigInteger.valueOf(all.size())).isEqualTo(1440);
    }

    @Test
    void samplingReachesEveryOption() {
        var random = new Random(1);
        var sampled = new HashSet<String>();
        for (int i = 0; i < 500; i++) {
            var genome = space.sample(random);
            var encoding = space.encode(genome);
            assertThat(space.decode(encoding)).isEqualTo(genome);
            for (int d = 0; d < encoding.length; d++) {
                if (space.isActive(encoding, d)) {
                    sampled.add(d + ":" + encoding[d]);
                }
            }
        }

        // The first stage has no inverted blocks: its expansion is never active.
        int options = space.decisions().stream().mapToInt(d -> d.options().size()).sum();
        assertThat(sampled).hasSize(options - 1);
    }

    @Test
    void aMutationChangesOneDecision() {
        var random = new Random(2);
        var genome = space.sample(random);
        for (int i = 0; i < 500; i++) {
            var mutated = space.mutate(genome, random);

            var before = space.encode(genome);
            var after = space.encode(mutated);
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
    void theOnlyArchitectureOfASpaceMutatesToItself() {
        var single = ExampleSpaces.oneStage(8);
        var only = Genome.parse("s4|c8s2");

        assertThat(single.size()).isEqualTo(1);
        assertThat(single.mutate(only, new Random(1))).isEqualTo(only);
    }

    @Test
    void anArchitectureOfAnotherSpaceIsRejected() {
        assertThatThrownBy(() -> space.encode(Genome.parse("s4|c4")))
                .hasMessageContaining("another number of stages");
        assertThatThrownBy(() -> space.encode(Genome.parse("s4|c5|c8s2")))
                .hasMessageContaining("has 5 for stages[0].width [4, 8, 12]");
    }

    @Test
    void theSummaryListsEveryOption() {
        assertThat(space.summary())
                .isEqualTo(
                        """
                        search space version 1, 1,440 architectures
                        stem: conv width 4|8, kernel 3, stride 1, relu
                        stage 1: conv|residual width 4|8|12, depth 1|2, kernel 3, stride 1, relu
                        stage 2: conv|residual|separable|inverted width 8|16|24, depth 1, \
                        kernel 3|5, stride 2, expansion 2|4, relu|relu6""");
    }
}
