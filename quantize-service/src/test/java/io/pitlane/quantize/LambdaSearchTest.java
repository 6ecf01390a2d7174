package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaSearchTest {
    @ParameterizedTest
    @ValueSource(doubles = {1e-7, 3e-6, 2e-5})
    void theLargestValueThatKeepsALimitFromBelowIsFound(double border) {
        var search = new LambdaSearch(1e-6, 12);

        double found = search.best(true, value -> value, value -> value <= border);

        assertThat(found).isLessThanOrEqualTo(border).isCloseTo(border, within(0.25 * border));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-7, 3e-6, 2e-5})
    void theSmallestValueThatKeepsALimitFromAboveIsFound(double border) {
        var search = new LambdaSearch(1e-6, 12);

        double found = search.best(false, value -> value, value -> value >= border);

        assertThat(found).isGreaterThanOrEqualTo(border).isCloseTo(border, within(0.25 * border));
    }

    @Test
    void theSearchEndsWhereTheNextValueWouldHardlyDiffer() {
        var tried = new ArrayList<Double>();

        new LambdaSearch(1, 20)
                .best(
                        true,
                        value -> {
                            tried.add(value);
                            return value;
                        },
                        value -> value <= 3.5);

        assertThat(tried).hasSize(5).startsWith(1.0, 4.0, 2.0);
    }

    @Test
    void whereNoAttemptKeepsTheLimitTheNearestIsTheResult() {
        var tried = new ArrayList<Double>();

        double found =
                new LambdaSearch(64, 4)
                        .best(
                                true,
                                value -> {
                                    tried.add(value);
                                    return value;
                                },
                                value -> false);

        assertThat(tried).containsExactly(64.0, 16.0, 4.0, 1.0);
        assertThat(found).isEqualTo(1);
    }
}
