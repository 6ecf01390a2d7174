package io.pitlane.pipeline.config;

import io.pitlane.pipeline.process.ParentWatch;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/** Ends the service with the process that started it, where it was asked to. */
@ApplicationScoped
class ExitWithParent {
    private static final long GOOD_ORDER = TimeUnit.SECONDS.toMillis(20);

    void start(@Observes StartupEvent event, PipelineConfig config) {
        if (config.exitWithParent()) {
            ParentWatch.start(ExitWithParent::exit);
        }
    }

    private static void exit() {
        // Whoever started us is gone: nobody else would end a shutdown that hangs.
        new Timer("exit", true)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                Runtime.getRuntime().halt(1);
                            }
                        },
                        GOOD_ORDER);
        Quarkus.asyncExit();
    }
}
