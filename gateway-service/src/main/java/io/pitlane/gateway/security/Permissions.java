package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What each client may do: an API key says it itself, a token by its roles. Without authentication
 * every client may do everything; {@link LoopbackBindCheck} then keeps the gateway local.
 */
@Singleton
class Permissions {
    private final AuthenticationSchemes schemes;
    private final Optional<String> operatorRole;
    private final Optional<String> readerRole;

    Permissions(AuthenticationSchemes schemes, GatewayConfig config) {
        this.schemes = schemes;
        this.operatorRole = config.security().role();
        this.readerRole = config.security().readerRole();
    }

    Permission of(SecurityIdentity client) {
        if (!schemes.required()) {
            return Permission.OPERATE;
        }
        if (client.getPrincipal() instanceof ApiKeyPrincipal key) {
            return key.permission();
        }
        if (client.isAnonymous()) {
            return Permission.NOTHING;
        }
        if (operatorRole.map(client::hasRole).orElse(true)) {
            return Permission.OPERATE;
        }
        return readerRole.filter(client::hasRole).isPresent()
                ? Permission.READ
                : Permission.NOTHING;
    }
}
