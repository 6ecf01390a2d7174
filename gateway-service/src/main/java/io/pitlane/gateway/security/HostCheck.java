package io.pitlane.gateway.security;

import io.pitlane.gateway.config.GatewayConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses requests whose Host header names another machine, at a gateway that listens on a loopback
 * address or has {@code pitlane.security.hosts}. Without it, a web page could reach the gateway
 * through its visitor's browser, once its own name resolves to 127.0.0.1 (DNS rebinding). Any port
 * is accepted: a tunnel or a container may have mapped it. Elsewhere than on loopback, so are
 * addresses and requests without a host: probes send them, and a page with a name of its own
 * cannot.
 */
@Singleton
class HostCheck {
    /** Above those of Quarkus for CORS (300) and authentication (200), which come later. */
    private static final int PRIORITY = 1000;

    private static final Set<String> LOOPBACK = Set.of("localhost", "::1");
    private static final Pattern LOOPBACK_ADDRESS = Pattern.compile("127(\\.\\d{1,3}){3}");
    private static final Pattern ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-f.]*:.*");

    private final boolean required;
    private final boolean local;
    private final Set<String> hosts;

    @Inject
    HostCheck(GatewayConfig config, @ConfigProperty(name = "quarkus.http.host") String listensOn) {
        this(config.security().hosts().orElse(List.of()), listensOn);
    }

    /**
     * @param hosts further names, without a port
     * @param listensOn name or address of the interface
     */
    HostCheck(List<String> hosts, String listensOn) {
        this.local = LoopbackBindCheck.isLoopback(listensOn);
        this.required = local || !hosts.isEmpty();
        this.hosts =
                Stream.concat(hosts.stream(), local ? Stream.of(listensOn) : Stream.empty())
                        .map(HostCheck::normalized)
                        .collect(Collectors.toUnmodifiableSet());
    }

    void register(@Observes Filters filters) {
        if (required) {
            filters.register(this::check, PRIORITY);
        }
    }

    private void check(RoutingContext context) {
        var authority = context.request().authority();
        var host = authority == null ? null : authority.host();
        if (accepts(host)) {
            context.next();
        } else {
            AuthErrorResponse.otherHost(context, host);
        }
    }

    /**
     * Whether requests for this host are served.
     *
     * @param host of the Host header, without the port; null where there is none
     */
    boolean accepts(String host) {
        if (!required) {
            return true;
        }
        if (host == null) {
            return !local;
        }
        var name = normalized(host);
        return !local && ADDRESS.matcher(name).matches()
                || LOOPBACK.contains(name)
                || LOOPBACK_ADDRESS.matcher(name).matches()
                || hosts.contains(name);
    }

    /** In lower case, and an IPv6 address without its brackets. */
    private static String normalized(String host) {
        var name = host.strip().toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]")
                ? name.substring(1, name.length() - 1)
                : name;
    }
}
