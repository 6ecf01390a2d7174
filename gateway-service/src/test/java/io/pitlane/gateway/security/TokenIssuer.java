package io.pitlane.gateway.security;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * An OpenID Connect provider: its metadata, its keys, its tokens, and people who {@link SignIns
 * sign in}.
 */
public final class TokenIssuer implements QuarkusTestResourceLifecycleManager {
    private static final String METADATA =
            """
            {"issuer": "ADDRESS", "jwks_uri": "ADDRESS/keys",
             "authorization_endpoint": "ADDRESS/authorize", "token_endpoint": "ADDRESS/token"}
            """;

    private static final String KEY_ID = "test-key";
    private static final KeyPair KEYS = rsa();
    private static volatile String address;

    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        address = "http://127.0.0.1:" + server.getAddress().getPort();
        serve("/.well-known/openid-configuration", METADATA.replace("ADDRESS", address));
        serve("/keys", keys((RSAPublicKey) KEYS.getPublic()));
        new SignIns(TokenIssuer::idToken).serve(server);
        server.start();
        return Map.of(
                "quarkus.oidc.auth-server-url",
                address,
                "quarkus.oidc.client-id",
                SignIns.CLIENT,
                "quarkus.oidc.credentials.secret",
                SignIns.SECRET);
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    /** A token of this issuer for somebody with a role. */
    static String token(String audience, String role) {
        return Jwt.issuer(address)
                .upn("trainer")
                .audience(audience)
                .groups(Set.of(role))
                .expiresIn(60)
                .jws()
                .keyId(KEY_ID)
                .sign(KEYS.getPrivate());
    }

    private static String idToken(String role, String nonce) {
        return Jwt.issuer(address)
                .upn("driver")
                .subject("driver")
                .audience(SignIns.CLIENT)
                .groups(Set.of(role))
                .claim("nonce", nonce)
                .expiresIn(SignIns.lifetime)
                .jws()
                .keyId(KEY_ID)
                .sign(KEYS.getPrivate());
    }

    /** The same, signed by somebody else. */
    static String forged(String audience, String role) {
        return Jwt.issuer(address)
                .upn("trainer")
                .audience(audience)
                .groups(Set.of(role))
                .expiresIn(60)
                .jws()
                .keyId(KEY_ID)
                .sign(rsa().getPrivate());
    }

    private void serve(String path, String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(
                path,
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    private static String keys(RSAPublicKey key) {
        return "{\"keys\": [{\"kty\": \"RSA\", \"use\": \"sig\", \"alg\": \"RS256\", \"kid\": \"%s\", \"n\": \"%s\", \"e\": \"%s\"}]}"
                .formatted(KEY_ID, base64(key.getModulus()), base64(key.getPublicExponent()));
    }

    /** Unsigned, as RFC 7518 section 2 has it. */
    private static String base64(BigInteger number) {
        var bytes = number.toByteArray();
        var unsigned = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    }

    private static KeyPair rsa() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
