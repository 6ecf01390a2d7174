package io.pitlane.gateway.board;

import io.pitlane.gateway.errors.ApiError;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The pages; text that they show is escaped. */
@CheckedTemplate(basePath = "board")
final class Templates {
    private Templates() {}

    /** The list of runs. */
    static native TemplateInstance runs(RunsView view);

    /** One run. */
    static native TemplateInstance run(RunView view);

    /** The form for a new run. */
    static native TemplateInstance newRun(NewRunView view);

    /** Several runs. */
    static native TemplateInstance compare(CompareView view);

    /** The registered plans and the triggers. */
    static native TemplateInstance plans(PlansView view);

    /** The stages. */
    static native TemplateInstance stages(StagesView view);

    /** The released models. */
    static native TemplateInstance released(ReleasedView view);

    /**
     * The form to sign in.
     *
     * @param to address of the page that the visitor asked for
     * @param problem why the visitor is not signed in; null for nothing
     * @param keys whether there are API keys
     * @param atProvider the way to the OpenID Connect provider; null where there is none
     */
    static native TemplateInstance login(
            String to, String problem, boolean keys, String atProvider);

    /**
     * What a page shows instead of its content.
     *
     * @param status the HTTP status; a page with 503 is requested again by itself
     */
    static native TemplateInstance error(ApiError error, int status);
}
