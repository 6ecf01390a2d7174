package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Who may come in: the holder of a key, or of a token with the role that is asked for; everybody
 * where nothing is configured, which {@link OpenOnLoopbackOnly} keeps on the machine.
 */
@Singleton
class GatewayPolicy implements HttpSecurityPolicy {
    private final Protection protection;
    private final Optional<String> role;

    GatewayPolicy(Protection protection, GatewayConfig config) {
        this.protection = protection;
        this.role = config.security().role();
    }

    /** What application.properties calls it. */
    @Override
    public String name() {
        return "pitlane";
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request,
            Uni<SecurityIdentity> identity,
            AuthorizationRequestContext context) {
        if (!protection.isOn()) {
            return CheckResult.permit();
        }
        return identity.map(someone -> new CheckResult(mayEnter(someone)));
    }

    private boolean mayEnter(SecurityIdentity someone) {
        return someone.getPrincipal() instanceof KeyHolder
                || !someone.isAnonymous() && role.map(someone::hasRole).orElse(true);
    }
}
