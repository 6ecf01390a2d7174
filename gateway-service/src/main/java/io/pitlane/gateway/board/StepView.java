package io.pitlane.gateway.board;

import java.util.Locale;

/**
 * A step on the page of a run.
 *
 * @param label label of the model that it makes
 * @param state how far it is
 * @param fraction done, 0..1
 * @param message what it does; empty where nothing is known
 * @param took how long it took, as {@code 41.3 s}, or that an earlier run did it; null where
 *     nothing is known
 * @param pace how fast it gets on and how long it will take; null where that is not known
 * @param where which replica is at work, and the number of the attempt after the first; null where
 *     nothing is known
 */
public record StepView(
        String label,
        State state,
        double fraction,
        String message,
        String took,
        String pace,
        String where) {

    /** How far a step is. */
    public enum State {
        DONE,
        AT_WORK,
        FAILED,
        CANCELLED,
        WAITING,
        NOT_REACHED;

        /** In words, as {@code at work}. */
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** As a class of the style sheet. */
        public String styleClass() {
            return this == FAILED || this == CANCELLED ? "stopped" : title().replace(' ', '-');
        }
    }

    /** Whether it is at work. */
    public boolean atWork() {
        return state == State.AT_WORK;
    }
}
