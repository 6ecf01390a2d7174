package io.pitlane.nas;

import io.pitlane.contract.step.SearchSpace;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import io.pitlane.nas.Genome.Stem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The architectures that a {@link SearchSpace} describes: sampled, mutated, enumerated. An
 * architecture is a sequence of decisions; its encoding is an array of option indices, one for each
 * decision.
 *
 * <p>Immutable and thread-safe.
 */
final class ArchitectureSpace {
    private static final int STEM_DECISIONS = 4;
    private static final int STAGE_DECISIONS = 7;
    private static final int EXPANSION = 5;
    private static final List<Integer> NO_EXPANSION = List.of(1);

    private final SearchSpace space;
    private final List<Decision> decisions;

    /**
     * One decision of an architecture.
     *
     * @param name the field of the search space, such as {@code stages[1].width}
     * @param options the values to choose from, at least one
     */
    record Decision(String name, List<?> options) {
        Decision {
            options = List.copyOf(options);
        }

        @Override
        public String toString() {
            return name + " " + options;
        }
    }

    ArchitectureSpace(SearchSpace space) {
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
            var prefix = "stages[" + i + "].";
            decisions.add(new Decision(prefix + "block", stage.block()));
            decisions.add(new Decision(prefix + "width", stage.width()));
            decisions.add(new Decision(prefix + "depth", stage.depth()));
            decisions.add(new Decision(prefix + "kernel", stage.kernel()));
            decisions.add(new Decision(prefix + "stride", stage.stride()));
            decisions.add(new Decision(prefix + "expansion", expansions(stage)));
            decisions.add(new Decision(prefix + "activation", stage.activation()));
        }
        return List.copyOf(decisions);
    }

    private static List<Integer> expansions(SearchSpace.Stage stage) {
        return stage.expansion() == null ? NO_EXPANSION : stage.expansion();
    }

    /** The decisions of an architecture, in the order of the search space. */
    List<Decision> decisions() {
        return decisions;
    }

    /**
     * The number of architectures. Two that differ only in the boundary between equal neighbouring
     * stages count twice.
     */
    BigInteger size() {
        var size = product(space.stem().width(), space.stem().kernel(), space.stem().stride());
        size = size.multiply(count(space.stem().activation()));
        for (var stage : space.stages()) {
            var perBlock =
                    product(stage.width(), stage.depth(), stage.kernel(), stage.stride())
                            .multiply(count(stage.activation()));
            long others = stage.block().stream().filter(b -> b != Block.INVERTED).count();
            var inverted = stage.expansion() == null ? 0 : stage.expansion().size();
            size = size.multiply(perBlock).multiply(BigInteger.valueOf(others + inverted));
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

    /** An architecture with every decision sampled uniformly. */
    Genome sample(Random random) {
        return decode(decisions.stream().mapToInt(d -> random.nextInt(d.options().size())));
    }

    /**
     * The architecture with this index.
     *
     * @param index from 0; an index of {@link #indexCount} or more wraps around
     */
    Genome atIndex(BigInteger index) {
        var quotient = index;
        var encoding = new int[decisions.size()];
        for (int i = encoding.length - 1; i >= 0; i--) {
            var division = quotient.divideAndRemainder(count(decisions.get(i).options()));
            quotient = division[0];
            encoding[i] = division[1].intValue();
        }
        return decode(encoding);
    }

    /**
     * The indices below this number cover every architecture, some of them more than once: an
     * expansion counts even for a block that has none.
     */
    BigInteger indexCount() {
        return product(decisions.stream().map(Decision::options).toArray(List<?>[]::new));
    }

    /**
     * Changes one decision of an architecture to another option. If a block becomes an inverted
     * one, its expansion is sampled uniformly.
     *
     * @return another architecture of the space; the same one if the space has no other
     */
    Genome mutate(Genome genome, Random random) {
        var encoding = encode(genome);
        var mutable =
                IntStream.range(0, encoding.length)
                        .filter(i -> decisions.get(i).options().size() > 1)
                        .filter(i -> isActive(encoding, i))
                        .toArray();
        if (mutable.length == 0) {
            return genome;
        }
        int mutated = mutable[random.nextInt(mutable.length)];
        int options = decisions.get(mutated).options().size();
        encoding[mutated] = (encoding[mutated] + 1 + random.nextInt(options - 1)) % options;
        int expansion = expansionOf(mutated);
        if (expansion >= 0) {
            encoding[expansion] = random.nextInt(decisions.get(expansion).options().size());
        }
        return decode(encoding);
    }

    /** The expansion decision that belongs to a block decision; -1 for any other decision. */
    private static int expansionOf(int decision) {
        boolean block =
                decision >= STEM_DECISIONS && (decision - STEM_DECISIONS) % STAGE_DECISIONS == 0;
        return block ? decision + EXPANSION : -1;
    }

    /** Whether a decision has an effect: an expansion does only in inverted blocks. */
    boolean isActive(int[] encoding, int decision) {
        if (decision < STEM_DECISIONS
                || (decision - STEM_DECISIONS) % STAGE_DECISIONS != EXPANSION) {
            return true;
        }
        int block = decision - EXPANSION;
        return decisions.get(block).options().get(encoding[block]) == Block.INVERTED;
    }

    /**
     * The encoding of an architecture; 0 for a decision that is not active.
     *
     * @throws IllegalArgumentException when it is not of this space
     */
    int[] encode(Genome genome) {
        var encoding = new int[decisions.size()];
        var values = values(genome);
        if (values.size() != encoding.length) {
            throw new IllegalArgumentException(genome + " has another number of stages");
        }
        for (int i = 0; i < encoding.length; i++) {
            encoding[i] = decisions.get(i).options().indexOf(values.get(i));
            if (!isActive(encoding, i)) {
                encoding[i] = 0;
            } else if (encoding[i] < 0) {
                throw new IllegalArgumentException(
                        genome + " has " + values.get(i) + " for " + decisions.get(i));
            }
        }
        return encoding;
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

    /** The architecture with this encoding. */
    Genome decode(int[] encoding) {
        return decode(IntStream.of(encoding));
    }

    private Genome decode(IntStream encoding) {
        var chosen = encoding.toArray();
        var values =
                IntStream.range(0, chosen.length)
                        .mapToObj(i -> decisions.get(i).options().get(chosen[i]))
                        .map(Object.class::cast)
                        .toList();
        var stages = new ArrayList<Genome.Stage>();
        for (int i = STEM_DECISIONS; i < values.size(); i += STAGE_DECISIONS) {
            stages.add(stage(values.subList(i, i + STAGE_DECISIONS)));
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

    /** The search space as text, with the number of architectures. */
    String summary() {
        return SearchSpaceSummary.of(space, size());
    }
}
