/** Upload and lookup of the artifacts that runs start from. */
package io.pitlane.gateway.artifacts;
