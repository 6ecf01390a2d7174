package io.pitlane.gateway.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.gateway.errors.ApiError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;

/** Responses to requests that are not served to this client, as {@link ApiError}. */
final class AuthErrorResponse {
    private static final Logger LOG = Logger.getLogger(AuthErrorResponse.class);

    private static final String READ_ONLY = "pitlane.read-only";
    private static final String FOREIGN = "pitlane.foreign";

    private AuthErrorResponse() {}

    /**
     * Sends 401: no credentials, or none that is accepted. A browser that asks for a page is sent
     * to the form to sign in, or to the provider where that is the only way.
     */
    static void unauthorized(RoutingContext context, AuthenticationSchemes schemes) {
        var page = context.request().uri();
        if (schemes.acceptsApiKeys() && isPage(context)) {
            redirect(context, LoginAddress.before(page));
            return;
        }
        if (schemes.hasSignInAtProvider() && isPage(context)) {
            redirect(context, LoginAddress.atProviderBefore(page));
            return;
        }
        var sent =
                context.request().headers().contains(ApiKeyAuthenticationMechanism.HEADER)
                        || context.request().headers().contains(HttpHeaders.AUTHORIZATION);
        context.response().putHeader("WWW-Authenticate", schemes.challenge());
        send(
                context,
                401,
                new ApiError(
                        sent
                                ? "The key or token is not one that this gateway accepts."
                                : "This gateway asks for a key or a token.",
                        schemes.advice()));
    }

    /** Sends a browser that the provider sent back without success to the form. */
    static void signInFailed(RoutingContext context) {
        LOG.warnf(
                "A sign-in at the provider failed, from %s: %s",
                context.request().remoteAddress(), context.failure().getMessage());
        redirect(context, LoginAddress.because(SignInProblem.FAILED));
    }

    private static void redirect(RoutingContext context, String address) {
        context.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, address).end();
    }

    private static boolean isPage(RoutingContext context) {
        var accepted = context.request().getHeader(HttpHeaders.ACCEPT);
        return context.request().method() == HttpMethod.GET
                && accepted != null
                && accepted.contains("text/html")
                && !context.normalizedPath().startsWith("/api/");
    }

    /** Notes that the client of a request that is refused may read. */
    static void markReadOnly(RoutingContext context) {
        context.put(READ_ONLY, true);
    }

    /** Notes that a request that is refused may come from a page of another site. */
    static void markForeign(RoutingContext context) {
        context.put(FOREIGN, true);
    }

    /**
     * Sends 403: the client only reads, or its token does not have the configured role, or a page
     * of another site may have sent the request.
     */
    static void forbidden(RoutingContext context, String role) {
        if (context.get(FOREIGN) != null) {
            send(
                    context,
                    403,
                    new ApiError(
                            "A session of a browser changes something by the pages of this gateway"
                                    + " only.",
                            "Use the page, or send a token as 'Authorization: Bearer TOKEN'."));
            return;
        }
        if (context.get(READ_ONLY) != null) {
            send(
                    context,
                    403,
                    new ApiError(
                            "This key or token may read, but not change anything.",
                            "Use a key that is not marked 'read-only', or a token with the role of"
                                    + " pitlane.security.role."));
            return;
        }
        if (isPage(context)) {
            redirect(context, LoginAddress.because(SignInProblem.NO_ROLE));
            return;
        }
        send(
                context,
                403,
                new ApiError(
                        "The token does not carry the role '" + role + "'.",
                        "Have the role granted, or name another with pitlane.security.role at the"
                                + " gateway."));
    }

    /**
     * Sends 403: the request is for another host.
     *
     * @param host null where the request names none
     */
    static void otherHost(RoutingContext context, String host) {
        var what = host == null ? "names no host" : "is for the host '" + Excerpt.of(host) + "'";
        send(
                context,
                403,
                new ApiError(
                        "The request " + what + ", and this gateway does not go by that name.",
                        "Send it to localhost or 127.0.0.1, or add the name to"
                                + " pitlane.security.hosts (PITLANE_SECURITY_HOSTS) at the"
                                + " gateway."));
    }

    private static void send(RoutingContext context, int status, ApiError error) {
        var request = context.request();
        LOG.warnf(
                "%d for %s %s from %s",
                status, request.method(), request.path(), request.remoteAddress());
        if (context.response().ended()) {
            return;
        }
        if (!request.isEnded()) {
            // The rest of the body is not parsed, so the connection cannot be used again.
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            request.handler(bytes -> {});
            request.resume();
        }
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(json(error));
    }

    private static String json(ApiError error) {
        try {
            return ContractJson.MAPPER.writeValueAsString(error);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
