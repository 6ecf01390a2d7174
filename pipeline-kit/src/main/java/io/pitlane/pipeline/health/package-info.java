/** Whether a service does what it should. */
package io.pitlane.pipeline.health;
