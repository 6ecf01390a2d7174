package io.pitlane.gateway.security;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Who looks at a page, for the templates. */
@Named("visitor")
@Singleton
public class Visitor {
    static final String SESSION = "pitlane.session";

    private final SecurityIdentity identity;

    Visitor(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** Whether a session of the browser is open, which can be closed. */
    public boolean isSignedIn() {
        return identity.getAttribute(SESSION) != null;
    }
}
