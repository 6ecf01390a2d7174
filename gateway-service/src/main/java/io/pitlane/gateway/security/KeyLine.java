package io.pitlane.gateway.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.regex.Pattern;

/** One key as it is written: {@code name:key}. No message of this class holds a key. */
final class KeyLine {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");

    /** Hexadecimal digits of 128 bits: a shorter key can be guessed, or was made up by a person. */
    private static final int MIN_LENGTH = 32;

    private KeyLine() {}

    /**
     * @param where what the line was read from, for the message
     * @throws ConfigurationException when it cannot be used
     */
    static ApiKeys.Entry parse(String line, String where) {
        var colon = line.indexOf(':');
        var name = colon < 0 ? "" : line.substring(0, colon).strip();
        var key = line.substring(colon + 1).strip();
        if (!NAME.matcher(name).matches()) {
            throw new ConfigurationException(
                    where
                            + ": a key is written as name:key, the name of 1 to 64 letters, digits,"
                            + " dots, dashes or underscores, and one is not. The name is for the"
                            + " log.");
        }
        if (key.length() < MIN_LENGTH || !KEY.matcher(key).matches()) {
            throw new ConfigurationException(
                    where
                            + ": the key of '"
                            + name
                            + "' must be at least "
                            + MIN_LENGTH
                            + " ASCII characters without blanks. Make one with 'openssl rand -hex"
                            + " 32'.");
        }
        return new ApiKeys.Entry(name, ApiKeys.sha256(key));
    }
}
