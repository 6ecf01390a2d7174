package io.pitlane.cli.stack;

import java.util.List;

/**
 * A service of the local stack.
 *
 * @param name for messages and logs
 * @param module folder of its Maven module
 */
record LocalService(String name, String module) {
    static final LocalService GATEWAY = new LocalService("gateway", "gateway-service");

    /** Every service that the local stack runs. */
    static final List<LocalService> ALL =
            List.of(
                    GATEWAY,
                    new LocalService("prune", "prune-service"),
                    new LocalService("distill", "distill-service"),
                    new LocalService("nas", "nas-service"),
                    new LocalService("quantize", "quantize-service"),
                    new LocalService("bench", "bench-service"));
}
