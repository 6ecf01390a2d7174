package io.pitlane.gateway.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.regex.Pattern;

/**
 * Parses keys in the form {@code name:key} or {@code name:key read-only}. Its messages never
 * contain a key.
 */
final class ApiKeyLine {
    private static final String READ_ONLY = "read-only";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");

    /** Hexadecimal digits of 128 bits: a shorter key can be guessed. */
    private static final int MIN_LENGTH = 32;

    private ApiKeyLine() {}

    /**
     * @param source where the line was read, for the message
     * @throws ConfigurationException when the line is malformed or the key too weak
     */
    static ApiKeys.Entry parse(String line, String source) {
        var colon = line.indexOf(':');
        var name = colon < 0 ? "" : line.substring(0, colon).strip();
        if (!NAME.matcher(name).matches()) {
            throw new ConfigurationException(
                    source
                            + ": a key is written as name:key, the name of 1 to 64 letters, digits,"
                            + " dots, dashes or underscores, and one is not. The name is for the"
                            + " log.");
        }
        var rest = line.substring(colon + 1).strip().split("\\s+", 2);
        if (rest.length > 1 && !rest[1].equals(READ_ONLY)) {
            throw new ConfigurationException(
                    source
                            + ": behind the key of '"
                            + name
                            + "' there is something other than '"
                            + READ_ONLY
                            + "'. A key has no blanks; '"
                            + READ_ONLY
                            + "' behind it, after a blank, lets it read only.");
        }
        var key = rest[0];
        if (key.length() < MIN_LENGTH || !KEY.matcher(key).matches()) {
            throw new ConfigurationException(
                    source
                            + ": the key of '"
                            + name
                            + "' must be at least "
                            + MIN_LENGTH
                            + " ASCII characters without blanks. Make one with 'openssl rand -hex"
                            + " 32'.");
        }
        return new ApiKeys.Entry(
                name, ApiKeys.sha256(key), rest.length > 1 ? Permission.READ : Permission.OPERATE);
    }
}
