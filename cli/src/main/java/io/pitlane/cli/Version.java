package io.pitlane.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code pitlane --version} prints. */
final class Version implements IVersionProvider {

    /** The version of Pitlane. */
    static String current() {
        return System.getProperty("pitlane.version", "0.1.0-SNAPSHOT");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"pitlane " + current(), "Java " + Runtime.version()};
    }
}
