package io.pitlane.nas;

import io.pitlane.contract.step.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A search space as text: its size, then one line for the stem and one for each stage. */
final class SearchSpaceSummary {
    private SearchSpaceSummary() {}

    static String of(SearchSpace space, BigInteger size) {
        var lines = new ArrayList<String>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "search space version %d, %,d architectures",
                        space.version(),
                        size));
        lines.add("stem: conv " + stem(space.stem()));
        for (int i = 0; i < space.stages().size(); i++) {
            lines.add("stage %d: %s".formatted(i + 1, stage(space.stages().get(i))));
        }
        return String.join("\n", lines);
    }

    private static String stem(SearchSpace.Stem stem) {
        return "width %s, kernel %s, stride %s, %s"
                .formatted(
                        options(stem.width()),
                        options(stem.kernel()),
                        options(stem.stride()),
                        options(stem.activation()));
    }

    private static String stage(SearchSpace.Stage stage) {
        return "%s width %s, depth %s, kernel %s, stride %s, %s%s"
                .formatted(
                        options(stage.block()),
                        options(stage.width()),
                        options(stage.depth()),
                        options(stage.kernel()),
                        options(stage.stride()),
                        stage.expansion() == null
                                ? ""
                                : "expansion " + options(stage.expansion()) + ", ",
                        options(stage.activation()));
    }

    private static String options(List<?> options) {
        return options.stream()
                .map(option -> option.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("|"));
    }
}
