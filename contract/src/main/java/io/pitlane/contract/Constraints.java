package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * What the candidate must meet to pass; an absent field constrains nothing.
 *
 * @param maxAccuracyDrop largest allowed drop of accuracy against the original, 0..1 (0.01 is one
 *     point)
 * @param classes constraints on single classes, by class index
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Constraints(Double maxAccuracyDrop, Map<Integer, ClassConstraint> classes) {

    /**
     * What one class must keep.
     *
     * @param maxRecallDrop largest allowed drop of the class's recall against the original, 0..1
     */
    public record ClassConstraint(Double maxRecallDrop) {}

    public static final Constraints NONE = new Constraints(null, null);

    public Constraints {
        classes = classes == null ? Map.of() : Map.copyOf(classes);
    }

    void check(Problems problems) {
        problems.require(
                maxAccuracyDrop == null || isShare(maxAccuracyDrop),
                "maxAccuracyDrop",
                "must be between 0 and 1 (0.01 is one point), but is " + maxAccuracyDrop);
        classes.forEach(
                (index, constraint) -> {
                    var at = problems.at("classes").at(String.valueOf(index));
                    if (index < 0) {
                        at.add("a class index cannot be negative");
                    }
                    if (at.present(constraint.maxRecallDrop(), "maxRecallDrop", "write 0 to 1")) {
                        at.require(
                                isShare(constraint.maxRecallDrop()),
                                "maxRecallDrop",
                                "must be between 0 and 1, but is " + constraint.maxRecallDrop());
                    }
                });
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
