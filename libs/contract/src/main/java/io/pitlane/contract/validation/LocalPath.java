package io.pitlane.contract.validation;

import java.util.regex.Pattern;

/** Tells paths of the user's machine from URLs, which are not opened. */
public final class LocalPath {
    // One slash is enough: a java.nio.file.Path drops the second. One letter is a Windows drive.
    private static final Pattern URL =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

    private LocalPath() {}

    /**
     * Whether a text is a URL, such as {@code https://host/model.tar.gz} or {@code s3://bucket}.
     */
    public static boolean isUrl(String path) {
        return URL.matcher(path).matches();
    }

    /** What to do about a URL, as a clause. */
    public static String advice(String url) {
        return url.startsWith("file:")
                ? "write the path without 'file://'"
                : "download it, and name the file or folder on this machine";
    }

    /** Adds a problem if a path, which may be null, is a URL. */
    public static void check(String path, String field, Problems problems) {
        problems.require(
                path == null || !isUrl(path),
                field,
                "must be a path, but '%s' is a URL; %s"
                        .formatted(Excerpt.of(String.valueOf(path)), advice(String.valueOf(path))));
    }
}
