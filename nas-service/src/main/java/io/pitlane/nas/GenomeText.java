package io.pitlane.nas;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.SearchSpace.Activation;
import io.pitlane.contract.SearchSpace.Block;
import io.pitlane.nas.Genome.Stage;
import io.pitlane.nas.Genome.Stem;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** Writes genomes, and reads one from left to right. */
final class GenomeText {
    private static final int LARGEST = 100_000;

    private final String text;
    private int at;

    GenomeText(String text) {
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

    Genome genome() {
        if (!taken('s')) {
            throw wrong("a stem, as s16");
        }
        int width = number("the stem's channels");
        int kernel = kernel();
        int stride = after('s', 1, "a stride");
        var stem = new Stem(width, kernel, stride, activation());
        var stages = new ArrayList<Stage>();
        do {
            if (!taken('|')) {
                throw wrong(stages.isEmpty() ? "'|' and a stage" : "'|' or the end");
            }
            stages.add(stage());
        } while (at < text.length());
        return new Genome(stem, stages);
    }

    private Stage stage() {
        var block = block();
        int width = number("the stage's channels");
        int depth = after('x', 1, "a number of blocks");
        int kernel = kernel();
        int stride = after('s', 1, "a stride");
        if (block != Block.INVERTED && next() == 'e') {
            throw refused("Leave the expansion out: only inverted blocks (i) have one.");
        }
        int expansion = after('e', 1, "an expansion");
        return new Stage(block, width, depth, kernel, stride, expansion, activation());
    }

    private Block block() {
        for (var block : Block.values()) {
            if (taken(letter(block))) {
                return block;
            }
        }
        throw wrong("a kind of block, c, r, d or i");
    }

    private int kernel() {
        int start = at;
        int kernel = after('k', 3, "a kernel's side");
        if (kernel % 2 == 0) {
            at = start;
            throw wrong("an odd side of the kernel");
        }
        return kernel;
    }

    private Activation activation() {
        if (!taken('a') || taken('r')) {
            return Activation.RELU;
        }
        if (taken('6')) {
            return Activation.RELU6;
        }
        if (taken('s')) {
            return Activation.SWISH;
        }
        throw wrong("an activation, r, 6 or s");
    }

    private int after(char letter, int otherwise, String what) {
        return taken(letter) ? number(what) : otherwise;
    }

    private int number(String what) {
        int start = at;
        int value = 0;
        while (at < text.length() && next() >= '0' && next() <= '9' && value <= LARGEST) {
            value = value * 10 + (next() - '0');
            at++;
        }
        if (value < 1 || value > LARGEST) {
            at = start;
            throw wrong(what + ", from 1 to " + LARGEST);
        }
        return value;
    }

    private boolean taken(char letter) {
        boolean there = next() == letter;
        at += there ? 1 : 0;
        return there;
    }

    private char next() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private FailureException wrong(String expected) {
        return refused("Put there " + expected + ".");
    }

    private FailureException refused(String action) {
        var found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return invalidInput(
                "The genome '%s' cannot be read at character %d: %s stands there."
                        .formatted(text, at + 1, found),
                action);
    }
}
