package io.pitlane.contract.plan.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers that the validation of a plan allows an option: what its message says when the option
 * is far out of its range. Options whose range depends on others have none.
 */
final class OptionRange {
    private static final double FAR = 1e9;
    private static final String NUMBER = "(-?\\d+(?:\\.\\d+)?)\\b";
    private static final Pattern BETWEEN = Pattern.compile("between " + NUMBER + " and " + NUMBER);
    private static final Pattern ABOVE = Pattern.compile("above " + NUMBER);
    private static final Pattern LEAST =
            Pattern.compile("at least " + NUMBER + "|" + NUMBER + " or more");
    private static final Pattern BELOW = Pattern.compile("below " + NUMBER);
    private static final Pattern MOST = Pattern.compile("at most " + NUMBER);

    private final DoubleFunction<List<String>> check;

    /**
     * @param check the messages of the validation about a number in the option's place
     */
    OptionRange(DoubleFunction<List<String>> check) {
        this.check = check;
    }

    /** Sets the bounds of a schema. */
    void addTo(ObjectNode schema) {
        var low = message(-FAR);
        var high = message(FAR);
        bound(schema, "minimum", BETWEEN.matcher(low), 1, true);
        bound(schema, "maximum", BETWEEN.matcher(high), 2, true);
        bound(schema, "exclusiveMinimum", ABOVE.matcher(low), 1, false);
        bound(schema, "exclusiveMaximum", BELOW.matcher(high), 1, false);
        bound(schema, "minimum", LEAST.matcher(low), 1, true);
        bound(schema, "maximum", MOST.matcher(high), 1, true);
    }

    private String message(double value) {
        return check.apply(value).stream()
                .filter(message -> message.startsWith("must "))
                .map(message -> message.replaceFirst(",? but is .*", ""))
                .findFirst()
                .orElse("");
    }

    private void bound(
            ObjectNode schema, String keyword, Matcher found, int group, boolean isAllowed) {
        if (!found.find()) {
            return;
        }
        var written = found.group(group) == null ? found.group(2) : found.group(group);
        var value = Double.parseDouble(written);
        if (message(value).isEmpty() == isAllowed) {
            if (value == Math.rint(value)) {
                schema.put(keyword, (long) value);
            } else {
                schema.put(keyword, value);
            }
        }
    }
}
