package io.pitlane.contract.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects the problems of a document, each with the path of its field. */
public final class Problems {
    private final String path;
    private final List<Problem> found;

    /** A problem of one field: its path ({@code steps[0].prune.ratio}) and what to do. */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    /** A collector at the root of a document. */
    public Problems() {
        this("", new ArrayList<>());
    }

    private Problems(String path, List<Problem> found) {
        this.path = path;
        this.found = found;
    }

    /** The same collector for a field of this object. */
    public Problems at(String field) {
        return new Problems(path.isEmpty() ? field : path + "." + field, found);
    }

    /** The same collector for an element of this list. */
    public Problems at(int index) {
        return new Problems(path + "[" + index + "]", found);
    }

    /** Adds a problem with {@code field} unless {@code holds}. */
    public void require(boolean holds, String field, String message) {
        if (!holds) {
            at(field).add(message);
        }
    }

    /** Adds a problem if {@code field} is missing; true when it is present. */
    public boolean present(Object value, String field, String whatToWrite) {
        require(Objects.nonNull(value), field, "is missing; " + whatToWrite);
        return value != null;
    }

    /** Adds a problem with the field of this collector. */
    public void add(String message) {
        found.add(new Problem(path, message));
    }

    /** Everything found so far, in the order of the document. */
    public List<Problem> found() {
        return List.copyOf(found);
    }
}
