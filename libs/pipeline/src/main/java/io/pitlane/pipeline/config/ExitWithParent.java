package io.pitlane.pipeline.config;

import io.pitlane.pipeline.child.ParentWatch;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/** Stops the service when the process that started it ends, where that is configured. */
@ApplicationScoped
class ExitWithParent {
    private static final long SHUTDOWN_MILLIS = TimeUnit.SECONDS.toMillis(20);

    void start(@Observes StartupEvent event, PipelineConfig config) {
        if (config.exitWithParent()) {
            ParentWatch.start(ExitWithParent::exit);
        }
    }

    private static void exit() {
        // The starting process is gone: nobody else would end a shutdown that hangs.
        new Timer("exit", true)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                Runtime.getRuntime().halt(1);
                            }
                        },
                        SHUTDOWN_MILLIS);
        Quarkus.asyncExit();
    }
}
