package io.pitlane.gateway.security;

import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The authentication schemes that are configured: API keys, tokens, both or none; with tokens,
 * people may sign in at the provider.
 */
@Singleton
public class AuthenticationSchemes {
    private static final Set<String> WITH_SIGN_IN = Set.of("hybrid", "web-app");

    private final ApiKeys keys;
    private final boolean tokens;
    private final boolean signIn;

    AuthenticationSchemes(
            ApiKeys keys,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
            @ConfigProperty(name = "quarkus.oidc.application-type") Optional<String> type) {
        this.keys = keys;
        this.tokens = issuer.isPresent();
        this.signIn = tokens && type.filter(WITH_SIGN_IN::contains).isPresent();
    }

    /** Whether there are API keys. */
    public boolean acceptsApiKeys() {
        return keys.configured();
    }

    /** Whether people sign in at an OpenID Connect provider. */
    public boolean hasSignInAtProvider() {
        return signIn;
    }

    boolean acceptsTokens() {
        return tokens;
    }

    /** Whether requests need authentication. */
    boolean required() {
        return acceptsApiKeys() || acceptsTokens();
    }

    /** The value of the header WWW-Authenticate. */
    String challenge() {
        var apiKey = "ApiKey realm=\"pitlane\"";
        if (acceptsApiKeys()) {
            return acceptsTokens() ? "Bearer, " + apiKey : apiKey;
        }
        return acceptsTokens() ? "Bearer" : "";
    }

    /** The action in an error response: which credentials to send. */
    String advice() {
        var key =
                "send a key of pitlane.security.api-keys in the header "
                        + ApiKeyAuthenticationMechanism.HEADER
                        + " (with the command line: set PITLANE_API_KEY)";
        var token =
                "send a token of the OpenID Connect provider as 'Authorization: Bearer TOKEN'"
                        + " (with the command line: set PITLANE_TOKEN)";
        var what =
                acceptsApiKeys() && acceptsTokens()
                        ? key + ", or " + token
                        : acceptsApiKeys() ? key : token;
        return Character.toUpperCase(what.charAt(0)) + what.substring(1) + ".";
    }
}
