package io.pitlane.cli.model;

import io.pitlane.contract.failure.FailureException;

/** Paths as users write them. */
public final class LocalPath {
    private LocalPath() {}

    /**
     * Checks that a path is not a URL. A {@link java.nio.file.Path} of one has a single slash.
     *
     * @throws FailureException INVALID_INPUT when it is
     */
    public static void requireNoUrl(String where, String path) {
        if (path.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*")) {
            throw FailureException.invalidInput(
                    where + path + " is a URL, but only files of this machine are read",
                    "Download it and name the file.");
        }
    }
}
