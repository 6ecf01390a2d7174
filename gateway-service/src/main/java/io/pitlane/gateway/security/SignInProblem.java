package io.pitlane.gateway.security;

import java.util.Arrays;

/** Why a visitor is not signed in, or cannot do anything. */
public enum SignInProblem {
    UNKNOWN_KEY("key", "This is no key of this gateway."),
    FAILED("failed", "The provider did not confirm who you are. Try again, or ask who runs it."),
    NO_ROLE(
            "role",
            "You are signed in, but have none of the roles that this gateway asks for. Have one"
                    + " granted, then sign out and in again.");

    private final String label;
    private final String text;

    SignInProblem(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /** As an address has it. */
    String label() {
        return label;
    }

    /** In words. */
    public String text() {
        return text;
    }

    /** The words for what an address says; null for nothing. */
    public static String text(String label) {
        return Arrays.stream(values())
                .filter(problem -> problem.label.equals(label))
                .map(SignInProblem::text)
                .findFirst()
                .orElse(null);
    }
}
