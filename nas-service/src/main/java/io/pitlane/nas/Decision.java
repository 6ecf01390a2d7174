package io.pitlane.nas;

import java.util.List;

/**
 * One choice that makes an architecture.
 *
 * @param name the field of the space, as {@code stages[1].width}
 * @param options what may be chosen, at least one
 */
record Decision(String name, List<?> options) {
    Decision {
        options = List.copyOf(options);
    }

    @Override
    public String toString() {
        return name + " " + options;
    }
}
