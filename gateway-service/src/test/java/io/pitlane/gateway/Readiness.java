package io.pitlane.gateway;

import static io.restassured.RestAssured.given;

import java.time.Duration;
import org.awaitility.Awaitility;

/** The moment from which a gateway answers. */
public final class Readiness {
    private Readiness() {}

    /** Waits until the gateway under test has read its topics. */
    public static void await() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/q/health/ready").statusCode() == 200);
    }
}
