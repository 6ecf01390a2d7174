package io.pitlane.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects everything that is wrong with a document, each problem under the path of its field. */
public final class Problems {
    private final String path;
    private final List<Problem> found;

    /** One wrong field: where it stands (as {@code steps[0].prune.ratio}) and what to do. */
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

    /** The same collector, one field further down. */
    public Problems at(String field) {
        return new Problems(path.isEmpty() ? field : path + "." + field, found);
    }

    /** The same collector, at one element of a list. */
    public Problems at(int index) {
        return new Problems(path + "[" + index + "]", found);
    }

    /** Notes a problem with {@code field} unless {@code holds}. */
    public void require(boolean holds, String field, String message) {
        if (!holds) {
            at(field).add(message);
        }
    }

    /** Notes that {@code field} is missing, if it is; true when it is there. */
    public boolean present(Object value, String field, String whatToWrite) {
        require(Objects.nonNull(value), field, "is missing; " + whatToWrite);
        return value != null;
    }

    /** Notes a problem with the field this collector stands at. */
    public void add(String message) {
        found.add(new Problem(path, message));
    }

    /** Everything found so far, in the order of the document. */
    public List<Problem> found() {
        return List.copyOf(found);
    }
}
