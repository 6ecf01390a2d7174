package io.pitlane.gateway.board;

import io.pitlane.gateway.security.AuthenticationSchemes;
import io.pitlane.gateway.security.BrowserSessions;
import io.pitlane.gateway.security.LoginAddress;
import io.pitlane.gateway.security.SignInProblem;
import io.pitlane.gateway.security.Visitor;
import io.quarkus.oidc.OidcSession;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Opens a session for an API key or at an OpenID Connect provider, and closes it. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Blocking
class LoginPage {
    private final BrowserSessions sessions;
    private final AuthenticationSchemes schemes;
    private final Visitor visitor;
    private final OidcSession provider;

    LoginPage(
            BrowserSessions sessions,
            AuthenticationSchemes schemes,
            Visitor visitor,
            OidcSession provider) {
        this.sessions = sessions;
        this.schemes = schemes;
        this.visitor = visitor;
        this.provider = provider;
    }

    @GET
    @Path("login")
    @Operation(hidden = true)
    public TemplateInstance form(
            @RestQuery @DefaultValue(LoginAddress.FIRST_PAGE) String to,
            @RestQuery String problem) {
        return page(LoginAddress.own(to), SignInProblem.text(problem));
    }

    private TemplateInstance page(String to, String problem) {
        var atProvider = schemes.hasSignInAtProvider() ? LoginAddress.atProviderBefore(to) : null;
        return Templates.login(to, problem, schemes.acceptsApiKeys(), atProvider);
    }

    /** Only those who are signed in get here: the others are sent to the provider. */
    @GET
    @Path(LoginAddress.AT_PROVIDER)
    @Operation(hidden = true)
    public Response signedIn(@RestQuery @DefaultValue(LoginAddress.FIRST_PAGE) String to) {
        return Response.seeOther(URI.create(LoginAddress.own(to))).build();
    }

    @POST
    @Path("login")
    @Operation(hidden = true)
    public Response signIn(
            @RestForm @DefaultValue("") String key,
            @RestForm @DefaultValue(LoginAddress.FIRST_PAGE) String to,
            UriInfo address) {
        return sessions.open(key)
                .map(
                        value ->
                                redirect(
                                        LoginAddress.own(to),
                                        cookie(
                                                value,
                                                BrowserSessions.LIFETIME.toSeconds(),
                                                address)))
                .orElseGet(
                        () ->
                                Response.status(Status.FORBIDDEN)
                                        .entity(
                                                page(
                                                        LoginAddress.own(to),
                                                        SignInProblem.UNKNOWN_KEY.text()))
                                        .build());
    }

    @POST
    @Path(LoginAddress.SIGN_OUT)
    @Operation(hidden = true)
    public Response signOut(UriInfo address) {
        if (visitor.isSignedInAtProvider()) {
            provider.logout().await().indefinitely();
        }
        return redirect(LoginAddress.PATH, cookie("", 0, address));
    }

    private static Response redirect(String to, NewCookie cookie) {
        return Response.seeOther(URI.create(to)).cookie(cookie).build();
    }

    private static NewCookie cookie(String value, long seconds, UriInfo address) {
        return new NewCookie.Builder(BrowserSessions.COOKIE)
                .value(value)
                .path("/")
                .maxAge((int) seconds)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT)
                .secure("https".equals(address.getRequestUri().getScheme()))
                .build();
    }
}
