package io.pitlane.gateway.security;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Notes who changed what, by the name of the key or the subject of the token. */
class ChangeLog {
    private static final Logger LOG = Logger.getLogger(ChangeLog.class);
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final SecurityIdentity who;
    private final Protection protection;

    ChangeLog(SecurityIdentity who, Protection protection) {
        this.who = who;
        this.protection = protection;
    }

    @ServerResponseFilter
    void note(ContainerRequestContext request, ContainerResponseContext response, UriInfo address) {
        if (protection.isOn() && !READING.contains(request.getMethod())) {
            LOG.infof(
                    "%d for %s %s by %s",
                    response.getStatus(),
                    request.getMethod(),
                    address.getRequestUri().getRawPath(),
                    who.getPrincipal().getName());
        }
    }
}
