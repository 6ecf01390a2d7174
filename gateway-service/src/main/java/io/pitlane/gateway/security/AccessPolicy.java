package io.pitlane.gateway.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** Permits requests by the {@link Permissions} of the client: one that only reads, to read. */
@Singleton
class AccessPolicy implements HttpSecurityPolicy {
    private final Permissions permissions;

    AccessPolicy(Permissions permissions) {
        this.permissions = permissions;
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
        return identity.map(client -> new CheckResult(permits(client, request)));
    }

    private boolean permits(SecurityIdentity client, RoutingContext request) {
        if (Visitor.signedInAtProvider(client) && !CookieRequests.include(request)) {
            AuthErrorResponse.markForeign(request);
            return false;
        }
        var permission = permissions.of(client);
        if (permission == Permission.READ && !reads(request)) {
            AuthErrorResponse.markReadOnly(request);
            return false;
        }
        return permission != Permission.NOTHING;
    }

    private static boolean reads(RoutingContext request) {
        var path = request.normalizedPath();
        return !ChangingRequests.include(request.request().method().name(), path)
                || path.equals(LoginAddress.SIGN_OUT);
    }
}
