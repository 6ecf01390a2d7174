package io.pitlane.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaughtUpViewTest {
    private final List<String> state = new ArrayList<>();
    private final List<String> awaited = new ArrayList<>();

    /** Another gateway has written a record that this one has not read yet. */
    private final CaughtUpView view =
            topic -> {
                awaited.add(topic);
                state.add("late");
            };

    @Test
    void whatIsKnownIsFoundWithoutWaiting() {
        state.add("early");

        assertThat(find("early")).contains("early");
        assertThat(awaited).isEmpty();
    }

    @Test
    void whatAnotherGatewayHasJustWrittenIsFound() {
        assertThat(find("late")).contains("late");
        assertThat(awaited).containsExactly("topic");
    }

    @Test
    void whatNobodyHasWrittenIsNotFound() {
        assertThat(find("never")).isEmpty();
        assertThat(awaited).containsExactly("topic");
    }

    private Optional<String> find(String wanted) {
        return view.find("topic", () -> state.stream().filter(wanted::equals).findFirst());
    }
}
