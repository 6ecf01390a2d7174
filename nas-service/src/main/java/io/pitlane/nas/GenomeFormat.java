package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.step.SearchSpace.Activation;
import io.pitlane.contract.step.SearchSpace.Block;
import io.pitlane.nas.Genome.Stage;
import io.pitlane.nas.Genome.Stem;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** The text form of a genome: formats genomes, and parses one from left to right. */
final class GenomeFormat {
    private static final int MAX_NUMBER = 100_000;

    private final String text;
    private int position;

    GenomeFormat(String text) {
        this.text = text;
    }

    static String of(Genome genome) {
        return genome.stem()
                + genome.stages().stream().map(stage -> "|" + stage).collect(Collectors.joining());
    }

    static String of(Stem stem) {
        return "s"
                + stem.width()
                + "k"
                + stem.kernel()
                + unlessOne('s', stem.stride())
                + of(stem.activation());
    }

    static String of(Stage stage) {
        return letter(stage.block())
                + String.valueOf(stage.width())
                + "x"
                + stage.depth()
                + "k"
                + stage.kernel()
                + unlessOne('s', stage.stride())
                + (stage.block() == Block.INVERTED ? "e" + stage.expansion() : "")
                + of(stage.activation());
    }

    private static String unlessOne(char letter, int value) {
        return value == 1 ? "" : letter + String.valueOf(value);
    }

    private static char letter(Block block) {
        return switch (block) {
            case CONV -> 'c';
            case RESIDUAL -> 'r';
            case SEPARABLE -> 'd';
            case INVERTED -> 'i';
        };
    }

    private static String of(Activation activation) {
        return switch (activation) {
            case RELU -> "";
            case RELU6 -> "a6";
            case SWISH -> "as";
        };
    }

    Genome parse() {
        if (!accept('s')) {
            throw expected("a stem, such as s16");
        }
        int width = number("the channels of the stem");
        int kernel = kernel();
        int stride = optionalNumber('s', 1, "a stride");
        var stem = new Stem(width, kernel, stride, activation());
        var stages = new ArrayList<Stage>();
        do {
            if (!accept('|')) {
                throw expected(stages.isEmpty() ? "'|' and a stage" : "'|' or end the genome");
            }
            stages.add(stage());
        } while (position < text.length());
        return new Genome(stem, stages);
    }

    private Stage stage() {
        var block = block();
        int width = number("the channels of the stage");
        int depth = optionalNumber('x', 1, "a number of blocks");
        int kernel = kernel();
        int stride = optionalNumber('s', 1, "a stride");
        if (block != Block.INVERTED && next() == 'e') {
            throw invalid("Remove the expansion: only inverted blocks (i) have one.");
        }
        int expansion = optionalNumber('e', 1, "an expansion");
        return new Stage(block, width, depth, kernel, stride, expansion, activation());
    }

    private Block block() {
        for (var block : Block.values()) {
            if (accept(letter(block))) {
                return block;
            }
        }
        throw expected("a kind of block, c, r, d or i");
    }

    private int kernel() {
        int start = position;
        int kernel = optionalNumber('k', 3, "a kernel size");
        if (kernel % 2 == 0) {
            position = start;
            throw expected("an odd kernel size");
        }
        return kernel;
    }

    private Activation activation() {
        if (!accept('a') || accept('r')) {
            return Activation.RELU;
        }
        if (accept('6')) {
            return Activation.RELU6;
        }
        if (accept('s')) {
            return Activation.SWISH;
        }
        throw expected("an activation, r, 6 or s");
    }

    private int optionalNumber(char letter, int defaultValue, String what) {
        return accept(letter) ? number(what) : defaultValue;
    }

    private int number(String what) {
        int start = position;
        int value = 0;
        while (next() >= '0' && next() <= '9' && value <= MAX_NUMBER) {
            value = value * 10 + (next() - '0');
            position++;
        }
        if (value < 1 || value > MAX_NUMBER) {
            position = start;
            throw expected(what + ", from 1 to " + MAX_NUMBER);
        }
        return value;
    }

    private boolean accept(char letter) {
        boolean matches = next() == letter;
        position += matches ? 1 : 0;
        return matches;
    }

    private char next() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private FailureException expected(String what) {
        return invalid("At this position, write " + what + ".");
    }

    private FailureException invalid(String action) {
        var found = position < text.length() ? "'" + text.charAt(position) + "'" : "the end";
        return invalidInput(
                "The genome '%s' is not valid at character %d: %s is unexpected."
                        .formatted(text, position + 1, found),
                action);
    }
}
