package io.pitlane.gateway.security;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the gateway asks its clients for, as configured. */
@Singleton
class Protection {
    private final ApiKeys keys;
    private final boolean tokens;

    Protection(
            ApiKeys keys,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer) {
        this.keys = keys;
        this.tokens = issuer.isPresent();
    }

    boolean byApiKey() {
        return keys.configured();
    }

    boolean byToken() {
        return tokens;
    }

    /** Whether clients are asked for anything at all. */
    boolean isOn() {
        return byApiKey() || byToken();
    }

    /** The value of WWW-Authenticate: the schemes that are accepted. */
    String challenge() {
        var schemes = byApiKey() ? "ApiKey realm=\"pitlane\"" : "";
        if (!byToken()) {
            return schemes;
        }
        return schemes.isEmpty() ? "Bearer" : "Bearer, " + schemes;
    }

    /** What a client without the right credentials is told to do. */
    String advice() {
        var key =
                "send a key of pitlane.security.api-keys in the header "
                        + ApiKeyMechanism.HEADER
                        + " (with the command line: set PITLANE_API_KEY)";
        var token =
                "send a token of the OpenID Connect provider as 'Authorization: Bearer TOKEN'"
                        + " (with the command line: set PITLANE_TOKEN)";
        var what = byApiKey() && byToken() ? key + ", or " + token : byApiKey() ? key : token;
        return Character.toUpperCase(what.charAt(0)) + what.substring(1) + ".";
    }
}
