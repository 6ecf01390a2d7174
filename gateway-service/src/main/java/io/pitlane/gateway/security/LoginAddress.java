package io.pitlane.gateway.security;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Addresses of the form to sign in, which leads back to where the visitor wanted to go. */
public final class LoginAddress {
    /** Where the form is. */
    public static final String PATH = "/login";

    /** Leads to the OpenID Connect provider, which sends the visitor back to it. */
    public static final String AT_PROVIDER = PATH + "/oidc";

    /** Where a form that signs out is sent to. */
    public static final String SIGN_OUT = "/logout";

    /** The page after it where none is named. */
    public static final String FIRST_PAGE = "/runs";

    /** A second slash or a backslash would lead to another host. */
    private static final Pattern OWN = Pattern.compile("/(?!/)[\\x21-\\x7e&&[^\\\\]]*");

    private LoginAddress() {}

    /** The form, with a page of the gateway to go to afterwards. */
    static String before(String page) {
        return PATH + to(page);
    }

    /** The way to the provider, with a page of the gateway to go to afterwards. */
    public static String atProviderBefore(String page) {
        return AT_PROVIDER + to(page);
    }

    /** The form, which says why the visitor is not signed in. */
    static String because(SignInProblem problem) {
        return PATH + "?problem=" + problem.label();
    }

    private static String to(String page) {
        return "?to=" + URLEncoder.encode(own(page), StandardCharsets.UTF_8);
    }

    /** The address if it is one at this gateway, else that of the first page. */
    public static String own(String address) {
        return OWN.matcher(address).matches() ? address : FIRST_PAGE;
    }
}
