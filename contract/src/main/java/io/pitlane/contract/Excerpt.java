package io.pitlane.contract;

/** What somebody wrote, short enough to be said back in a sentence. */
public final class Excerpt {
    private static final int LONGEST = 200;

    private Excerpt() {}

    /** The first characters of a text. */
    public static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
