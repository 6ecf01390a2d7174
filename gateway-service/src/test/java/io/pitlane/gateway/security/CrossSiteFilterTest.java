package io.pitlane.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossSiteFilterTest {

    @ParameterizedTest
    @CsvSource({
        "same-origin, http://here:8080, true",
        "same-origin, , true",
        "none, , true",
        "cross-site, http://elsewhere, false",
        "cross-site, http://here:8080, false",
        "same-site, http://here:8080, false",
        ", , true",
        ", http://here:8080, true",
        ", http://here, false",
        ", http://here:8080.elsewhere, false",
        ", null, false",
        ", a b, false"
    })
    void aFormIsAcceptedFromPagesOfTheGatewayOnly(String site, String origin, boolean accepted) {
        assertThat(CrossSiteFilter.isOwn(site, origin, "here:8080")).isEqualTo(accepted);
    }
}
