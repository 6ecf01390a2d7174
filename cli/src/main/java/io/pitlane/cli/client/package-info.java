/** The gateway's REST interface, as the command line uses it. */
package io.pitlane.cli.client;
