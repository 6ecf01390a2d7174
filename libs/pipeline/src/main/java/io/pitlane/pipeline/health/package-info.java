/** Liveness and readiness of a service. */
package io.pitlane.pipeline.health;
