package io.pitlane.pipeline.child;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.files.DiskSpace;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;
import java.io.File;
import java.io.IOException;
import java.util.ServiceLoader;

/**
 * The child JVM's main class: does one task with the {@link Stage}, or one trial with the {@link
 * TrialStage}, on its class path.
 *
 * <p>Arguments: the file with the {@link ChildTask}, and the file for the {@link ChildReply}.
 * Progress is printed on standard output as {@link ChildProgress} lines; everything else that
 * prints goes to standard error. Ends with 0 after a reply, and at once when standard input ends.
 */
public final class ChildMain {
    /** System property: how many threads native arithmetic may use. */
    public static final String THREADS = "pitlane.threads";

    /** System property: the folder of findings that outlive their runs. */
    public static final String FINDINGS = "pitlane.findings.folder";

    private static final int ORPHANED = 86;

    private ChildMain() {}

    public static void main(String[] arguments) {
        ParentWatch.start(() -> Runtime.getRuntime().halt(ORPHANED));
        var progress = new ProgressLines(System.out);
        System.setOut(System.err);
        var status = 1;
        try {
            var task = ContractJson.MAPPER.readValue(new File(arguments[0]), ChildTask.class);
            var reply = reply(task, progress);
            progress.flush();
            ContractJson.MAPPER.writeValue(new File(arguments[1]), reply);
            status = 0;
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
        }
        // Threads that a library left running must not keep the child.
        System.exit(status);
    }

    private static ChildReply reply(ChildTask child, ProgressLines progress) {
        try {
            return child.trial() == null
                    ? ChildReply.done(stage(child.task()).run(child.task(), progress))
                    : ChildReply.scored(trialStage().score(child.task(), child.trial(), progress));
        } catch (FailureException e) {
            e.printStackTrace();
            return ChildReply.refused(e);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            e.printStackTrace();
            return ChildReply.refused(
                    DiskSpace.failure(e, child.task().output()).orElseGet(() -> defect(e)));
        }
    }

    private static Stage stage(StageTask task) {
        var name = task.options().stage();
        return ServiceLoader.load(Stage.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(stage -> stage.name() == name)
                .findFirst()
                .orElseThrow(() -> cannot("do " + name.label()));
    }

    private static TrialStage trialStage() {
        return ServiceLoader.load(TrialStage.class)
                .findFirst()
                .orElseThrow(() -> cannot("try architectures"));
    }

    private static FailureException cannot(String what) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "This service cannot " + what + ".",
                "Check which topic it takes jobs from.");
    }

    private static FailureException defect(Throwable e) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "A defect in Pitlane: " + e + ".",
                "Report it together with the log.");
    }
}
