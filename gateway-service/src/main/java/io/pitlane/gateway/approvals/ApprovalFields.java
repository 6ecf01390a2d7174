package io.pitlane.gateway.approvals;

import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.gateway.errors.ApiException;
import jakarta.ws.rs.core.Response.Status;
import java.util.stream.Stream;

/** Reads the fields of a decision. */
final class ApprovalFields {
    private ApprovalFields() {}

    /**
     * @throws ApiException 400 when it is neither {@code approve} nor {@code reject}
     */
    static Decision decision(String label) {
        return Stream.of(Decision.values())
                .filter(decision -> decision.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                invalid(
                                        label == null
                                                ? "The field 'decision' is missing."
                                                : "There is no decision '"
                                                        + Excerpt.of(label)
                                                        + "'.",
                                        "Send 'approve' or 'reject'."));
    }

    /**
     * @return without blanks at the ends
     * @throws ApiException 400 when it is blank or too long
     */
    static String reason(String text) {
        var reason = text == null ? "" : text.strip();
        if (reason.isEmpty() || reason.length() > Approval.MAX_REASON) {
            throw invalid(
                    reason.isEmpty()
                            ? "The field 'reason' is missing."
                            : "The field 'reason' has %d characters.".formatted(reason.length()),
                    "Say why in 1 to %d characters: the record of the release keeps it."
                            .formatted(Approval.MAX_REASON));
        }
        return reason;
    }

    private static ApiException invalid(String message, String action) {
        return new ApiException(Status.BAD_REQUEST, message, action);
    }
}
