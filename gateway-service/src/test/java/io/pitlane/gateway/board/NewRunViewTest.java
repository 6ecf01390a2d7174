package io.pitlane.gateway.board;

import static io.pitlane.gateway.runs.RunFixtures.START;
import static io.pitlane.gateway.runs.RunFixtures.artifact;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.board.NewRunView.Artifact;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewRunViewTest {
    private static final RunSummary FIRST = run("first-run", "aa");
    private static final RunSummary SECOND = run("second-run", "bb");

    private static RunSummary run(String id, String data) {
        return RunSummary.of(
                state(id, Status.PASSED, 2).toBuilder().data(artifact(data)).build(),
                List.of(),
                Clock.fixed(START, ZoneOffset.UTC));
    }

    @Test
    void eachArtifactOfEarlierRunsIsOfferedOnce() {
        var view = NewRunView.of(Optional.empty(), List.of(SECOND, FIRST));

        assertThat(view.uploads().get(0).known())
                .containsExactly(new Artifact("0a", "saved_model, run second-r", false));
        assertThat(view.uploads().get(1).known())
                .containsExactly(
                        new Artifact("bb", "signs, run second-r", false),
                        new Artifact("aa", "signs, run first-ru", false));
    }

    @Test
    void aRunBringsItsPlanAndItsArtifacts() {
        var view = NewRunView.of(Optional.of(FIRST), List.of(SECOND, FIRST));

        assertThat(PlanReader.read(view.plan())).isEqualTo(FIRST.state().plan());
        assertThat(view.uploads().get(1).known())
                .containsExactly(
                        new Artifact("aa", "signs, run first-ru", true),
                        new Artifact("bb", "signs, run second-r", false));
    }
}
