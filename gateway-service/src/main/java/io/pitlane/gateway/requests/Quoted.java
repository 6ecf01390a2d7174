package io.pitlane.gateway.requests;

/** What a client wrote, short enough to be said back to it. */
public final class Quoted {
    private static final int LONGEST = 200;

    private Quoted() {}

    /** The first characters. */
    public static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
