package io.pitlane.nas;

import io.pitlane.contract.SearchSpace;
import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.contract.SearchSpace.Block;
import io.pitlane.nas.Genome.Stem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Every architecture that a {@link SearchSpace} describes, as a row of decisions. An architecture
 * is also an array of positions, one a decision, each naming the option taken.
 *
 * <p>Immutable and thread-safe.
 */
final class Space {
    private static final int OF_STEM = 4;
    private static final int OF_STAGE = 7;
    private static final int EXPANSION = 5;

    private final SearchSpace space;
    private final List<Decision> decisions;

    Space(SearchSpace space) {
        this.space = space;
        this.decisions = decisions(space);
    }

    private static List<Decision> decisions(SearchSpace space) {
        var stem = space.stem();
        var decisions = new ArrayList<Decision>();
        decisions.add(new Decision("stem.width", stem.width()));
        decisions.add(new Decision("stem.kernel", stem.kernel()));
        decisions.add(new Decision("stem.stride", stem.stride()));
        decisions.add(new Decision("stem.activation", stem.activation()));
        for (int i = 0; i < space.stages().size(); i++) {
            var stage = space.stages().get(i);
            var at = "stages[" + i + "].";
            decisions.add(new Decision(at + "block", stage.block()));
            decisions.add(new Decision(at + "width", stage.width()));
            decisions.add(new Decision(at + "depth", stage.depth()));
            decisions.add(new Decision(at + "kernel", stage.kernel()));
            decisions.add(new Decision(at + "stride", stage.stride()));
            decisions.add(new Decision(at + "expansion", stage.expansion()));
            decisions.add(new Decision(at + "activation", stage.activation()));
        }
        return List.copyOf(decisions);
    }

    /** The choices that make an architecture, in the order of the space. */
    List<Decision> decisions() {
        return decisions;
    }

    /**
     * How many architectures there are. Two that differ only in where one stage ends and a like one
     * begins count twice.
     */
    BigInteger size() {
        var size = product(space.stem().width(), space.stem().kernel(), space.stem().stride());
        size = size.multiply(count(space.stem().activation()));
        for (var stage : space.stages()) {
            var plain =
                    product(stage.width(), stage.depth(), stage.kernel(), stage.stride())
                            .multiply(count(stage.activation()));
            long others = stage.block().stream().filter(b -> b != Block.INVERTED).count();
            var inverted = stage.block().contains(Block.INVERTED) ? stage.expansion().size() : 0;
            size = size.multiply(plain).multiply(BigInteger.valueOf(others + inverted));
        }
        return size;
    }

    private static BigInteger product(List<?>... choices) {
        var product = BigInteger.ONE;
        for (var choice : choices) {
            product = product.multiply(count(choice));
        }
        return product;
    }

    private static BigInteger count(List<?> options) {
        return BigInteger.valueOf(options.size());
    }

    /** An architecture, every decision drawn evenly. */
    Genome random(Random random) {
        return genome(decisions.stream().mapToInt(d -> random.nextInt(d.options().size())));
    }

    /**
     * The architecture at a position.
     *
     * @param index any number from 0; from some number on they come again
     */
    Genome at(BigInteger index) {
        var left = new BigInteger[] {index, BigInteger.ZERO};
        var positions = new int[decisions.size()];
        for (int i = positions.length - 1; i >= 0; i--) {
            left = left[0].divideAndRemainder(count(decisions.get(i).options()));
            positions[i] = left[1].intValue();
        }
        return genome(positions);
    }

    /**
     * Numbers below this are positions of every architecture, some of them more than once: {@link
     * #at} counts expansions of blocks that have none, too.
     */
    BigInteger positions() {
        return product(decisions.stream().map(Decision::options).toArray(List<?>[]::new));
    }

    /**
     * The architecture with one decision made otherwise. A block that becomes an inverted one gets
     * an expansion drawn evenly.
     *
     * @return another architecture of the space; the same one when the space has no other
     */
    Genome mutate(Genome genome, Random random) {
        var positions = positions(genome);
        var open =
                IntStream.range(0, positions.length)
                        .filter(i -> decisions.get(i).options().size() > 1)
                        .filter(i -> counts(positions, i))
                        .toArray();
        if (open.length == 0) {
            return genome;
        }
        int chosen = open[random.nextInt(open.length)];
        int options = decisions.get(chosen).options().size();
        positions[chosen] = (positions[chosen] + 1 + random.nextInt(options - 1)) % options;
        int expansion = expansionOf(chosen);
        if (expansion >= 0) {
            positions[expansion] = random.nextInt(decisions.get(expansion).options().size());
        }
        return genome(positions);
    }

    /** The decision on the expansion, where this one is on a block; else -1. */
    private static int expansionOf(int decision) {
        boolean block = decision >= OF_STEM && (decision - OF_STEM) % OF_STAGE == 0;
        return block ? decision + EXPANSION : -1;
    }

    /** Whether a decision makes a difference: expansions do in inverted blocks only. */
    boolean counts(int[] positions, int decision) {
        if (decision < OF_STEM || (decision - OF_STEM) % OF_STAGE != EXPANSION) {
            return true;
        }
        int block = decision - EXPANSION;
        return decisions.get(block).options().get(positions[block]) == Block.INVERTED;
    }

    /**
     * The options that make this architecture, one a decision; 0 where a decision makes no
     * difference.
     *
     * @throws IllegalArgumentException when it is not of this space
     */
    int[] positions(Genome genome) {
        var positions = new int[decisions.size()];
        var values = values(genome);
        if (values.size() != positions.length) {
            throw new IllegalArgumentException(genome + " has another number of stages");
        }
        for (int i = 0; i < positions.length; i++) {
            positions[i] = decisions.get(i).options().indexOf(values.get(i));
            if (!counts(positions, i)) {
                positions[i] = 0;
            } else if (positions[i] < 0) {
                throw new IllegalArgumentException(
                        genome + " takes " + values.get(i) + " for " + decisions.get(i));
            }
        }
        return positions;
    }

    private static List<Object> values(Genome genome) {
        var stem = genome.stem();
        var values = new ArrayList<Object>();
        values.addAll(List.of(stem.width(), stem.kernel(), stem.stride(), stem.activation()));
        for (var stage : genome.stages()) {
            values.addAll(
                    List.of(
                            stage.block(),
                            stage.width(),
                            stage.depth(),
                            stage.kernel(),
                            stage.stride(),
                            stage.expansion(),
                            stage.activation()));
        }
        return values;
    }

    /** The architecture that takes these options, one a decision. */
    Genome genome(int[] positions) {
        return genome(IntStream.of(positions));
    }

    private Genome genome(IntStream positions) {
        var chosen = positions.toArray();
        var values =
                IntStream.range(0, chosen.length)
                        .mapToObj(i -> decisions.get(i).options().get(chosen[i]))
                        .map(Object.class::cast)
                        .toList();
        var stages = new ArrayList<Genome.Stage>();
        for (int i = OF_STEM; i < values.size(); i += OF_STAGE) {
            stages.add(stage(values.subList(i, i + OF_STAGE)));
        }
        return new Genome(stem(values), stages);
    }

    private static Stem stem(List<Object> values) {
        return new Stem(
                (int) values.get(0),
                (int) values.get(1),
                (int) values.get(2),
                (Activation) values.get(3));
    }

    private static Genome.Stage stage(List<Object> values) {
        return new Genome.Stage(
                (Block) values.get(0),
                (int) values.get(1),
                (int) values.get(2),
                (int) values.get(3),
                (int) values.get(4),
                (int) values.get(EXPANSION),
                (Activation) values.get(6));
    }

    /** A reading for people: a line a stage, and how many architectures there are. */
    String describe() {
        return SpaceListing.of(space, size());
    }
}
