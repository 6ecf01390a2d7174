/** The candidates that were released. */
package io.pitlane.gateway.releases;
