package io.pitlane.gateway.security;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/**
 * A gateway that asks for a key, or for a token with a role, and knows some that only read. People
 * sign in at the provider.
 */
public final class ProtectedProfile implements QuarkusTestProfile {
    static final String KEY = "0123456789abcdef0123456789abcdef";
    static final String NEXT_KEY = "fedcba9876543210fedcba9876543210";
    static final String READER_KEY = "00112233445566778899aabbccddeeff";
    static final String ROLE = "model-optimiser";
    static final String READER_ROLE = "viewer";
    static final String AUDIENCE = "pitlane";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "pitlane.security.api-keys",
                "ci:" + KEY + ",ci:" + NEXT_KEY + ",grafana:" + READER_KEY + " read-only",
                "pitlane.security.role",
                ROLE,
                "pitlane.security.reader-role",
                READER_ROLE,
                "quarkus.oidc.token.audience",
                AUDIENCE,
                "quarkus.oidc.application-type",
                "hybrid");
    }

    /** Here rather than at the test, from where it would reach the tests of open gateways, too. */
    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TokenIssuer.class));
    }
}
