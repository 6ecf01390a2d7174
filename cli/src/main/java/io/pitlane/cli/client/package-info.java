/** A client of the gateway's REST interface. */
package io.pitlane.cli.client;
