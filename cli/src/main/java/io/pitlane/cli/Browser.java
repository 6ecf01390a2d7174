package io.pitlane.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The user's web browser: the program that the variable BROWSER names, else what the desktop opens
 * addresses with.
 *
 * @param environment environment variables
 * @param system name of the operating system
 */
record Browser(Map<String, String> environment, String system) {

    /** The browser of the user who runs this process. */
    static Browser ofUser() {
        return new Browser(System.getenv(), System.getProperty("os.name"));
    }

    /** Opens an address; false where there is no browser, as on a machine without a desktop. */
    boolean open(URI address) {
        var command = command(address);
        if (command.isEmpty()) {
            return false;
        }
        try {
            new ProcessBuilder(command.get())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The command that opens an address; empty where there is none. */
    Optional<List<String>> command(URI address) {
        if (isSet("BROWSER")) {
            return Optional.of(List.of(environment.get("BROWSER"), address.toString()));
        }
        if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
            return Optional.of(List.of("open", address.toString()));
        }
        return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY")
                ? Optional.of(List.of("xdg-open", address.toString()))
                : Optional.empty();
    }

    private boolean isSet(String variable) {
        return !environment.getOrDefault(variable, "").isBlank();
    }
}
