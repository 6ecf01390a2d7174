package io.pitlane.data;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Names of classes in the order of the model's outputs.
 *
 * @param names each at the position that is its class; empty when classes have numbers only
 */
public record ClassNames(List<String> names) {
    public static final ClassNames NONE = new ClassNames(List.of());

    public ClassNames {
        names = List.copyOf(names);
    }

    /** Those the plan gives; else those found, in alphabetical order. */
    public static ClassNames of(List<String> given, Collection<String> found) {
        return new ClassNames(given == null ? List.copyOf(new TreeSet<>(found)) : given);
    }

    /**
     * The class of a name, from 0.
     *
     * @param where the annotation, for the error
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it is none of these
     */
    public int index(String name, String where) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw invalidInput(
                    "%s has the class '%s', which is none of %s.".formatted(where, name, names),
                    "Correct it, or add the class to classes under data in the plan.");
        }
        return index;
    }
}
