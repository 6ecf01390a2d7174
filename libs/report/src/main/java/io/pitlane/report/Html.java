package io.pitlane.report;

/** Escapes text for HTML. */
final class Html {
    private Html() {}

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
