package io.pitlane.gateway.security;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Logs every request that changes something, with the name of the key or the subject of the token.
 */
class AuditLog {
    private static final Logger LOG = Logger.getLogger(AuditLog.class);

    private final SecurityIdentity identity;
    private final AuthenticationSchemes schemes;

    AuditLog(SecurityIdentity identity, AuthenticationSchemes schemes) {
        this.identity = identity;
        this.schemes = schemes;
    }

    @ServerResponseFilter
    void log(ContainerRequestContext request, ContainerResponseContext response, UriInfo address) {
        if (schemes.required()
                && ChangingRequests.include(request.getMethod(), address.getPath())) {
            LOG.infof(
                    "%d for %s %s by %s",
                    response.getStatus(),
                    request.getMethod(),
                    address.getRequestUri().getRawPath(),
                    identity.getPrincipal().getName());
        }
    }
}
