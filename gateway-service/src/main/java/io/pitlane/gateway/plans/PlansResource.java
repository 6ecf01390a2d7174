package io.pitlane.gateway.plans;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.requests.JsonRequest;
import io.pitlane.gateway.topics.CaughtUpView;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** The plans that triggers start. */
@Path("/api/plans")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Plans", description = "The plan that each new version of a model is put through")
@Blocking
class PlansResource {
    private static final String FORM =
            "{\"plan\": \"<YAML or JSON as text>\", \"data\": \"<digest>\"}";

    private final PlanRegistration registration;
    private final PlanRegistry plans;
    private final CaughtUpView view;
    private final Topics topics;

    /** The body of a registration, for OpenAPI. */
    record PlanRequest(String plan, String data) {}

    PlansResource(
            PlanRegistration registration, PlanRegistry plans, CaughtUpView view, Topics topics) {
        this.registration = registration;
        this.plans = plans;
        this.view = view;
        this.topics = topics;
    }

    @PUT
    @Path("{model}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Register the plan of a model, in place of the one before")
    @RequestBody(content = @Content(schema = @Schema(implementation = PlanRequest.class)))
    @APIResponse(responseCode = "200", description = "The plan is registered")
    @APIResponse(responseCode = "400", description = "Every wrong field with its path")
    public RegisteredPlan register(@RestPath String model, InputStream body) throws IOException {
        var request = JsonRequest.read(body, Set.of("plan", "data"), FORM);
        return registration.register(model, request.document("plan"), request.text("data"));
    }

    @GET
    @Operation(summary = "Every registered plan, by the name of its model")
    public List<RegisteredPlan> list() {
        return plans.all();
    }

    @GET
    @Path("{model}")
    @Operation(summary = "The plan registered for a model")
    @APIResponse(responseCode = "200", description = "The plan")
    @APIResponse(responseCode = "404", description = "There is none for this model")
    public RegisteredPlan find(@RestPath String model) {
        return view.find(topics.plans(), () -> plans.find(model)).orElseThrow(() -> unknown(model));
    }

    @DELETE
    @Path("{model}")
    @Operation(summary = "Remove the plan registered for a model; runs go on")
    @APIResponse(responseCode = "204", description = "It is removed")
    @APIResponse(responseCode = "404", description = "There is none for this model")
    public void remove(@RestPath String model) {
        find(model);
        registration.remove(model);
    }

    private static ApiException unknown(String model) {
        return new ApiException(
                Status.NOT_FOUND,
                "There is no plan registered for a model '" + Excerpt.of(model) + "'.",
                "GET /api/plans lists those that there are; PUT /api/plans/{model} registers one.");
    }
}
