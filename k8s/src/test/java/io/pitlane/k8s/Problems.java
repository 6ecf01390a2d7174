package io.pitlane.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects the violations that a check finds. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void require(boolean holds, Object where, String otherwise) {
        if (!holds) {
            found.add(where + " " + otherwise);
        }
    }

    void requireEqual(Object actual, Object expected, Object where, String what) {
        require(
                Objects.equals(actual, expected),
                where,
                "has " + what + " " + actual + " instead of " + expected);
    }

    void found(List<String> problems) {
        found.addAll(problems);
    }

    List<String> found() {
        return List.copyOf(found);
    }
}
