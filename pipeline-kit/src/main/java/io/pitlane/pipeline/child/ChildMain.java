package io.pitlane.pipeline.child;

import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.StageName;
import io.pitlane.pipeline.process.ParentWatch;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageTask;
import java.io.File;
import java.io.IOException;
import java.util.ServiceLoader;

/**
 * The child JVM's main class: does one task with the {@link Stage} on its class path.
 *
 * <p>Arguments: the file with the {@link StageTask}, and the file for the {@link ChildReply}.
 * Progress is printed on standard output as {@link ChildProgress} lines; everything else that
 * prints goes to standard error. Ends with 0 after a reply, and at once when standard input ends.
 */
public final class ChildMain {
    /** System property: how many threads native arithmetic may use. */
    public static final String THREADS = "pitlane.threads";

    private static final int ORPHANED = 86;

    private ChildMain() {}

    public static void main(String[] arguments) throws IOException {
        ParentWatch.start(() -> Runtime.getRuntime().halt(ORPHANED));
        var progress = new ProgressLines(System.out);
        System.setOut(System.err);
        var task = ContractJson.MAPPER.readValue(new File(arguments[0]), StageTask.class);
        ContractJson.MAPPER.writeValue(new File(arguments[1]), reply(task, progress));
        // Threads that a library left running must not keep the child.
        System.exit(0);
    }

    private static ChildReply reply(StageTask task, ProgressLines progress) {
        try {
            return ChildReply.done(stage(task.options().stage()).run(task, progress));
        } catch (FailureException e) {
            e.printStackTrace();
            return ChildReply.refused(e);
        } catch (RuntimeException e) {
            e.printStackTrace();
            return ChildReply.refused(defect(e));
        }
    }

    private static Stage stage(StageName name) {
        return ServiceLoader.load(Stage.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(stage -> stage.name() == name)
                .findFirst()
                .orElseThrow(
                        () ->
                                new FailureException(
                                        Failure.Kind.INTERNAL,
                                        "This service cannot do " + name.label() + ".",
                                        "Check which topic it takes jobs from."));
    }

    private static FailureException defect(RuntimeException e) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "A defect in Pitlane: " + e + ".",
                "Report it together with the log.");
    }
}
