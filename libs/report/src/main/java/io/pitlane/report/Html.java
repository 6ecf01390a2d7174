package io.pitlane.report;

import java.util.Locale;

/** Text and bars as HTML. */
final class Html {
    private Html() {}

    /**
     * A horizontal bar; its width is an attribute, because a page may forbid styles of elements.
     *
     * @param pixels its width
     * @param description what it shows, for readers that do not see it
     */
    static String bar(double pixels, String description) {
        return String.format(
                Locale.ROOT,
                "<svg class=\"bar\" width=\"%1$.1f\" height=\"10\" role=\"img\" aria-label=\"%2$s\">"
                        + "<title>%2$s</title><rect width=\"%1$.1f\" height=\"10\" rx=\"3\"/></svg>",
                pixels,
                escape(description));
    }

    /** {@code text} for the content of an element or a quoted attribute. */
    static String escape(Object text) {
        var from = String.valueOf(text);
        var to = new StringBuilder(from.length() + 16);
        for (int i = 0; i < from.length(); i++) {
            var c = from.charAt(i);
            switch (c) {
                case '&' -> to.append("&amp;");
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '"' -> to.append("&quot;");
                case '\'' -> to.append("&#39;");
                default -> to.append(c);
            }
        }
        return to.toString();
    }
}
