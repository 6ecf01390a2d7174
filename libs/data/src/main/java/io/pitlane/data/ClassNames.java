package io.pitlane.data;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Class names, in the order of the model outputs.
 *
 * @param names the name of class i at position i; empty if classes have no names
 */
public record ClassNames(List<String> names) {
    /** Classes without names. */
    public static final ClassNames NONE = new ClassNames(List.of());

    public ClassNames {
        names = List.copyOf(names);
    }

    /** The names given in the plan, else those found in the data, in alphabetical order. */
    public static ClassNames of(List<String> given, Collection<String> found) {
        return new ClassNames(given == null ? List.copyOf(new TreeSet<>(found)) : given);
    }

    /**
     * The class with this name, from 0.
     *
     * @param where the annotation, for messages
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there is no such
     *     class
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
