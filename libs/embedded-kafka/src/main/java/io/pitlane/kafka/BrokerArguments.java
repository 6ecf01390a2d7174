package io.pitlane.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a broker process.
 *
 * @param folder of the broker's data
 * @param port of the clients' listener
 * @param stay whether the broker outlives its standard input
 * @param properties broker properties
 */
record BrokerArguments(Path folder, int port, boolean stay, Map<String, String> properties) {
    private static final String USAGE = "usage: FOLDER PORT [--stay] [NAME=VALUE...]";

    static BrokerArguments parse(List<String> arguments) {
        if (arguments.size() < 2) {
            throw new IllegalArgumentException(USAGE);
        }
        var properties = new HashMap<String, String>();
        var stay = false;
        for (var argument : arguments.subList(2, arguments.size())) {
            var equals = argument.indexOf('=');
            if (argument.equals("--stay")) {
                stay = true;
            } else if (equals > 0) {
                properties.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                throw new IllegalArgumentException("unknown argument " + argument + "; " + USAGE);
            }
        }
        return new BrokerArguments(
                Path.of(arguments.get(0)), Integer.parseInt(arguments.get(1)), stay, properties);
    }
}
