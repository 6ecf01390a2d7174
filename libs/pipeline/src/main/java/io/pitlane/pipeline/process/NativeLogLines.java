package io.pitlane.pipeline.process;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The lines that TensorFlow prints for its own developers, in the formats of absl ({@code I0000
 * 00:00:1795839729.682381 16438 file.cc:401] ...}) and of TensorFlow's older logger ({@code
 * 2026-11-28 08:00:00.123456: I tensorflow/...}), and what JBoss's log manager says about itself.
 * They stay in log files; an excerpt is for a reader who looks for a reason.
 */
public final class NativeLogLines {
    private static final Pattern INFORMATION =
            Pattern.compile(
                    "WARNING: All log messages before absl::InitializeLog\\(\\).*|[IW]\\d{4}"
                            + " \\d\\d:\\d\\d:[\\d.]+ +\\d+ \\S+:\\d+\\] .*|\\d{4}-\\d\\d-\\d\\d"
                            + " \\d\\d:\\d\\d:[\\d.]+: [IW] \\S+\\.cc:\\d+\\] .*|To enable the"
                            + " following instructions: .*|.*"
                            + " org\\.jboss\\.logmanager\\.JBossLoggerFinder getLogger|ERROR: The"
                            + " LogManager accessed before the"
                            + " \"java\\.util\\.logging\\.manager\" system property was set .*");

    private NativeLogLines() {}

    /** The text without the lines of information and warnings; errors stay. */
    public static String removedFrom(String text) {
        return text.lines()
                .filter(line -> !INFORMATION.matcher(line).matches())
                .collect(Collectors.joining("\n"));
    }
}
