package io.pitlane.contract.validation;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of layers as a plan gives them: a name, or a pattern in which {@code *} is any text. */
public final class LayerPattern {
    private LayerPattern() {}

    /** Whether a pattern names a layer. */
    public static boolean matches(String pattern, String layer) {
        var regex =
                Arrays.stream(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
        return Pattern.matches(regex, layer);
    }
}
