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

/** Keeps a gateway that asks nobody for anything from listening where others could reach it. */
@Singleton
class OpenOnLoopbackOnly {
    private static final Logger LOG = Logger.getLogger(OpenOnLoopbackOnly.class);

    private final Protection protection;
    private final String host;

    OpenOnLoopbackOnly(
            Protection protection, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.protection = protection;
        this.host = host;
    }

    /** Before the first socket is opened, and before anything else starts. */
    void check(@Observes @Priority(1) StartupEvent event) {
        if (protection.isOn()) {
            LOG.infof(
                    "Asks for %s",
                    protection.byApiKey() && protection.byToken()
                            ? "an API key or a token"
                            : protection.byApiKey() ? "an API key" : "a token");
        } else if (!isLoopback(host)) {
            throw new ConfigurationException(
                    "The gateway would listen on "
                            + host
                            + ", where others can reach it, and ask nobody for a key. Give it keys"
                            + " with pitlane.security.api-keys (PITLANE_SECURITY_API_KEYS=name:key)"
                            + " or pitlane.security.api-keys-file, or an OpenID Connect provider"
                            + " with quarkus.oidc.auth-server-url, or leave quarkus.http.host at"
                            + " 127.0.0.1.");
        }
    }

    /** A name that cannot be resolved may mean anything. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
