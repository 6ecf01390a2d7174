package io.pitlane.gateway.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/** Permits requests by the {@link Permissions} of the client: one that only reads, to read. */
@Singleton
class AccessPolicy implements HttpSecurityPolicy {
    private static final Set<HttpMethod> READING =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

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
        return identity.map(client -> new CheckResult(permits(permissions.of(client), request)));
    }

    private static boolean permits(Permission permission, RoutingContext request) {
        if (permission == Permission.READ && !reads(request)) {
            AuthErrorResponse.markReadOnly(request);
            return false;
        }
        return permission != Permission.NOTHING;
    }

    private static boolean reads(RoutingContext request) {
        return READING.contains(request.request().method())
                || request.normalizedPath().equals(LoginAddress.SIGN_OUT);
    }
}
