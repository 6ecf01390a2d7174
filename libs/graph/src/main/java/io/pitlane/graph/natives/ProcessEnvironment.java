package io.pitlane.graph.natives;

import com.sun.jna.NativeLibrary;

/** The environment that native libraries read, which Java itself cannot change. */
public final class ProcessEnvironment {
    /** Value of {@code overwrite} of setenv(3). */
    private static final int UNLESS_SET = 0;

    private ProcessEnvironment() {}

    /** Sets a variable, unless the user has set it. */
    public static void setUnlessGiven(String variable, String value) {
        NativeLibrary.getProcess()
                .getFunction("setenv")
                .invokeInt(new Object[] {variable, value, UNLESS_SET});
    }
}
