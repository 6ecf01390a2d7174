package io.pitlane.gateway.security;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions of browsers that have signed in with an API key. The cookie of a session names the key
 * and the time of its end, authenticated with the digest of the key (HMAC-SHA-256): every replica
 * of the gateway can check it, none stores it, and it ends with the key. It does not tell the key.
 */
@Singleton
public class BrowserSessions {
    /** Name of the cookie. */
    public static final String COOKIE = "pitlane-session";

    /** How long a session lasts. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    private static final String PURPOSE = "pitlane board session 1";
    private static final String ALGORITHM = "HmacSHA256";

    /** The name of a key may have dots. */
    private static final Pattern FORM = Pattern.compile("(.+)\\.(\\d{1,18})\\.([\\w-]+)");

    private final ApiKeys keys;
    private final Clock clock;

    @Inject
    BrowserSessions(ApiKeys keys) {
        this(keys, Clock.systemUTC());
    }

    BrowserSessions(ApiKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * The cookie of a new session.
     *
     * @return empty when the key is unknown
     */
    public Optional<String> open(String key) {
        var end = clock.instant().plus(LIFETIME).getEpochSecond();
        return keys.find(key.strip())
                .map(entry -> entry.owner() + "." + end + "." + mac(entry, end));
    }

    /** The key of a session; empty when the cookie is not one of a session that lasts. */
    Optional<ApiKeys.Entry> key(String cookie) {
        var parts = FORM.matcher(cookie);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var end = Long.parseLong(parts.group(2));
        if (end <= clock.instant().getEpochSecond()) {
            return Optional.empty();
        }
        return keys.entries().stream()
                .filter(entry -> entry.owner().equals(parts.group(1)))
                .filter(
                        entry ->
                                MessageDigest.isEqual(
                                        bytes(mac(entry, end)), bytes(parts.group(3))))
                .findFirst();
    }

    private static String mac(ApiKeys.Entry entry, long end) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(entry.digest(), ALGORITHM));
            var text = PURPOSE + "\n" + entry.owner() + "\n" + end;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
