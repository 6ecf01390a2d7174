package io.pitlane.gateway.security;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Stops the start of a gateway without authentication on an address other than loopback. */
@Singleton
class LoopbackBindCheck {
    private static final Logger LOG = Logger.getLogger(LoopbackBindCheck.class);

    private final AuthenticationSchemes schemes;
    private final String host;

    LoopbackBindCheck(
            AuthenticationSchemes schemes,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this.schemes = schemes;
        this.host = host;
    }

    /** Runs before the first socket is opened and before any other startup code. */
    void check(@Observes @Priority(1) StartupEvent event) {
        if (schemes.required()) {
            LOG.infof(
                    "Requests need %s",
                    schemes.acceptsApiKeys() && schemes.acceptsTokens()
                            ? "an API key or a token"
                            : schemes.acceptsApiKeys() ? "an API key" : "a token");
        } else if (!isLoopback(host)) {
            throw new ConfigurationException(
                    "The gateway would listen on "
                            + host
                            + ", where other machines can reach it, without authentication. Set"
                            + " API keys with pitlane.security.api-keys"
                            + " (PITLANE_SECURITY_API_KEYS=name:key)"
                            + " or pitlane.security.api-keys-file, or an OpenID Connect provider"
                            + " with quarkus.oidc.auth-server-url, or leave quarkus.http.host at"
                            + " 127.0.0.1.");
        }
    }

    /** False for a name that cannot be resolved. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
