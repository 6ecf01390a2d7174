package io.pitlane.contract.validation;

/** Shortens foreign text so that it can be quoted in a message. */
public final class Excerpt {
    private static final int MAX_LENGTH = 200;

    private Excerpt() {}

    /** The text, or its first 200 characters followed by an ellipsis. */
    public static String of(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
