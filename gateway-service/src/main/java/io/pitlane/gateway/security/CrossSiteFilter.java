package io.pitlane.gateway.security;

import io.pitlane.gateway.errors.ApiError;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses forms that another web site sends through its visitor's browser. A browser says in {@code
 * Sec-Fetch-Site} or in {@code Origin} where a request comes from; other clients send neither. The
 * REST API needs no such check: its requests have content types that a form cannot send.
 */
class CrossSiteFilter {
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> SAME = Set.of("same-origin", "none");

    @ServerRequestFilter
    Response refuse(ContainerRequestContext request, UriInfo address) {
        if (SAFE_METHODS.contains(request.getMethod())
                || address.getPath().startsWith("/api/")
                || isOwn(
                        request.getHeaderString("Sec-Fetch-Site"),
                        request.getHeaderString("Origin"),
                        address.getRequestUri().getAuthority())) {
            return null;
        }
        return Response.status(Status.FORBIDDEN)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(
                        new ApiError(
                                "The form was sent from a page of another site.",
                                "Open the page at this gateway and send it from there."))
                .build();
    }

    /**
     * Whether a request comes from a page of the gateway itself, or not from a page at all.
     *
     * @param site value of Sec-Fetch-Site; null where there is none
     * @param origin value of Origin; null where there is none
     * @param authority host and port that the request was sent to
     */
    static boolean isOwn(String site, String origin, String authority) {
        if (site != null) {
            return SAME.contains(site);
        }
        return origin == null || authority != null && authority.equals(authorityOf(origin));
    }

    /** Null for {@code null}, which a browser sends for a page without an origin. */
    private static String authorityOf(String origin) {
        try {
            return URI.create(origin).getAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
