package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Permits requests with an API key, or with a token that has the configured role. Without
 * authentication it permits every request; {@link LoopbackBindCheck} then keeps the gateway local.
 */
@Singleton
class AccessPolicy implements HttpSecurityPolicy {
    private final AuthenticationSchemes schemes;
    private final Optional<String> role;

    AccessPolicy(AuthenticationSchemes schemes, GatewayConfig config) {
        this.schemes = schemes;
        this.role = config.security().role();
    }

    /** The name of this policy in application.properties. */
    @Override
    public String name() {
        return "pitlane";
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request,
            Uni<SecurityIdentity> identity,
            AuthorizationRequestContext context) {
        if (!schemes.required()) {
            return CheckResult.permit();
        }
        return identity.map(client -> new CheckResult(isPermitted(client)));
    }

    private boolean isPermitted(SecurityIdentity client) {
        return client.getPrincipal() instanceof ApiKeyPrincipal
                || !client.isAnonymous() && role.map(client::hasRole).orElse(true);
    }
}
