package io.pitlane.gateway.security;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Which requests a browser's session is good for. A session reads, and changes something by the
 * pages only: their forms are checked for the page that sent them, and the scripts of a page reach
 * the REST API with the header by which a browser says that the page is of the gateway.
 */
final class CookieRequests {
    private static final Set<HttpMethod> SAFE_METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private CookieRequests() {}

    /** Whether a request may be made in the name of the owner of a cookie. */
    static boolean include(RoutingContext context) {
        return SAFE_METHODS.contains(context.request().method())
                || !context.normalizedPath().startsWith("/api/")
                || "same-origin".equals(context.request().getHeader("Sec-Fetch-Site"));
    }
}
