/** The command line: {@code pitlane}. */
package io.pitlane.cli;
