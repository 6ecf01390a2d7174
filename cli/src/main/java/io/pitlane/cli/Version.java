package io.pitlane.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code pitlane --version} prints. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "pitlane " + System.getProperty("pitlane.version", "0.1.0-SNAPSHOT"),
            "Java " + Runtime.version()
        };
    }
}
