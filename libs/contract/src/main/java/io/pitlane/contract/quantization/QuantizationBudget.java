package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;

/**
 * What a quantized model may cost: layers stay float as long as it fits, those first that lose most
 * by quantization. One of the two limits.
 *
 * @param macsInt8 least share of the multiply-accumulates in int8, 0..1
 * @param sizeBytes most bytes of all parameters: one for a quantized weight, four for any other
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizationBudget(Double macsInt8, Long sizeBytes) {

    /** Reports what is wrong. */
    public void check(Problems problems) {
        if ((macsInt8 == null) == (sizeBytes == null)) {
            problems.add("must have one of macsInt8 and sizeBytes");
        }
        problems.require(
                macsInt8 == null || macsInt8 >= 0 && macsInt8 <= 1,
                "macsInt8",
                "must be between 0 and 1, but is " + macsInt8);
        problems.require(
                sizeBytes == null || sizeBytes >= 1,
                "sizeBytes",
                "must be at least 1, but is " + sizeBytes);
    }
}
