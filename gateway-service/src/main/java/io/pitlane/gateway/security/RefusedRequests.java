package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers in words where Quarkus would refuse without any. */
@Singleton
class RefusedRequests {
    private final Protection protection;
    private final String role;

    RefusedRequests(Protection protection, GatewayConfig config) {
        this.protection = protection;
        this.role = config.security().role().orElse("");
    }

    void register(@Observes Router router) {
        router.route().failureHandler(this::handle);
    }

    private void handle(RoutingContext context) {
        if (context.failure() instanceof AuthenticationFailedException) {
            Refusal.unauthorized(context, protection);
        } else if (context.failure() instanceof ForbiddenException) {
            Refusal.forbidden(context, role);
        } else {
            context.next();
        }
    }
}
