package io.pitlane.gateway.board;

import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.gateway.board.PlansView.Form;
import io.pitlane.gateway.plans.PlanRegistration;
import io.pitlane.gateway.plans.PlanRegistry;
import io.pitlane.gateway.runs.RunRegistry;
import io.pitlane.gateway.triggers.ArrivedTriggers;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The registered plans, the triggers that arrived, and forms to register and remove a plan. */
@Path("/plans")
@Produces(MediaType.TEXT_HTML)
@Blocking
class PlansPage {
    private static final int TRIGGERS = 50;
    private static final URI ADDRESS = URI.create("/plans");

    private final PlanRegistry plans;
    private final PlanRegistration registration;
    private final ArrivedTriggers triggers;
    private final RunRegistry runs;

    PlansPage(
            PlanRegistry plans,
            PlanRegistration registration,
            ArrivedTriggers triggers,
            RunRegistry runs) {
        this.plans = plans;
        this.registration = registration;
        this.triggers = triggers;
        this.runs = runs;
    }

    /**
     * @param edit model whose plan the form holds
     */
    @GET
    @Operation(hidden = true)
    public TemplateInstance list(@RestQuery @DefaultValue("") String edit) {
        return page(plans.find(edit).map(Form::of).orElse(Form.EMPTY));
    }

    @POST
    @Operation(hidden = true)
    public Response register(
            @RestForm @DefaultValue("") String model,
            @RestForm @DefaultValue("") String plan,
            @RestForm @DefaultValue("") String data) {
        try {
            registration.register(model.strip(), plan, data.isBlank() ? null : data.strip());
            return Response.seeOther(ADDRESS).build();
        } catch (InvalidPlanException e) {
            return Response.status(Status.BAD_REQUEST)
                    .entity(page(new Form(model, plan, data, e.problems())))
                    .build();
        }
    }

    @POST
    @Path("{model}/remove")
    @Operation(hidden = true)
    public Response remove(@RestPath String model) {
        if (plans.find(model).isPresent()) {
            registration.remove(model);
        }
        return Response.seeOther(ADDRESS).build();
    }

    private TemplateInstance page(Form form) {
        return Templates.plans(
                PlansView.of(plans.all(), triggers.newest(TRIGGERS), runs::state, form));
    }
}
