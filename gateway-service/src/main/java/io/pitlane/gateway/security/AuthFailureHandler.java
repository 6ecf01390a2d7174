package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers authentication failures, for which Quarkus sends no message. */
@Singleton
class AuthFailureHandler {
    private final AuthenticationSchemes schemes;
    private final String role;

    AuthFailureHandler(AuthenticationSchemes schemes, GatewayConfig config) {
        this.schemes = schemes;
        this.role = config.security().role().orElse("");
    }

    void register(@Observes Router router) {
        router.route().failureHandler(this::handle);
    }

    private static boolean isSignIn(RoutingContext context) {
        return LoginAddress.AT_PROVIDER.equals(context.normalizedPath())
                && (context.failure() instanceof AuthenticationFailedException
                        || context.failure() instanceof AuthenticationCompletionException);
    }

    private void handle(RoutingContext context) {
        if (isSignIn(context)) {
            AuthErrorResponse.signInFailed(context);
        } else if (context.failure() instanceof AuthenticationFailedException) {
            AuthErrorResponse.unauthorized(context, schemes);
        } else if (context.failure() instanceof ForbiddenException) {
            AuthErrorResponse.forbidden(context, role);
        } else {
            context.next();
        }
    }
}
