package io.pitlane.gateway.board;

import io.pitlane.gateway.security.BrowserSessions;
import io.pitlane.gateway.security.LoginAddress;
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

/** Opens a session for an API key, and closes it. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Blocking
class LoginPage {
    private final BrowserSessions sessions;

    LoginPage(BrowserSessions sessions) {
        this.sessions = sessions;
    }

    @GET
    @Path("login")
    @Operation(hidden = true)
    public TemplateInstance form(@RestQuery @DefaultValue(LoginAddress.FIRST_PAGE) String to) {
        return Templates.login(LoginAddress.own(to), false);
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
                                        .entity(Templates.login(LoginAddress.own(to), true))
                                        .build());
    }

    @POST
    @Path(LoginAddress.SIGN_OUT)
    @Operation(hidden = true)
    public Response signOut(UriInfo address) {
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
