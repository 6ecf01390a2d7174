package io.pitlane.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pitlane.cli.FakeGateway;
import io.pitlane.cli.SampleRun;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import org.junit.jupiter.api.Test;

class UnreadableResponseTest {

    @Test
    void anEventMayBeCutOffAnywhere() {
        var whole = FakeGateway.json(SampleRun.state(Status.RUNNING, 0));

        for (int length = 1; length < whole.length(); length++) {
            assertThat(action(whole.substring(0, length)))
                    .as("%d characters", length)
                    .contains("cut off");
        }
    }

    @Test
    void whatIsWholeIsOfAnotherVersion() {
        assertThat(action("{\"status\": \"JUBILANT\"}\n")).contains("another version");
        assertThat(action("{\"status\": what}")).contains("another version");
    }

    private static String action(String data) {
        var cause = catchThrowable(() -> ContractJson.MAPPER.readValue(data, RunState.class));
        return UnreadableResponse.ofEvent("run 1", data, cause).action();
    }
}
