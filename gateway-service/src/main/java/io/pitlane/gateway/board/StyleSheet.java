package io.pitlane.gateway.board;

import io.pitlane.report.HtmlReport;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The style sheet of reports, which the pages build on. */
@Path("/board/report.css")
class StyleSheet {

    @GET
    @Produces("text/css;charset=UTF-8")
    @Operation(hidden = true)
    public String css() {
        return HtmlReport.stylesheet();
    }
}
