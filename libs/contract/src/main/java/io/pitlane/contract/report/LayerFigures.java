package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One layer of the candidate that has multiply-accumulates.
 *
 * @param name of its node
 * @param operation its operation, as {@code Conv2D}
 * @param parameters number of its weights; weights shared with an earlier layer count there
 * @param nonZeroParameters number of those other than 0
 * @param bits of a value of its kernel; 0 where it has none
 * @param macs multiply-accumulates per image
 * @param originalMacs those of the original's layer of the same name; null where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerFigures(
        String name,
        String operation,
        long parameters,
        long nonZeroParameters,
        int bits,
        long macs,
        Long originalMacs) {}
