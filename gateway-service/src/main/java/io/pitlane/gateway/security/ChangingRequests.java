package io.pitlane.gateway.security;

import java.util.Set;

/** Which requests change something, by their method and path. */
final class ChangingRequests {
    private static final Set<String> READING_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    /** Checks a plan and answers; starts nothing. */
    private static final String PLAN_CHECK = "/api/plan-check";

    private ChangingRequests() {}

    /** Whether a request with this method to this path changes something. */
    static boolean include(String method, String path) {
        return !READING_METHODS.contains(method) && !path.equals(PLAN_CHECK);
    }
}
