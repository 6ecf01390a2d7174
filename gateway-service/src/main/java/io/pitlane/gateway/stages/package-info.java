/** What the cluster knows of the stages: their replicas and what waits for them. */
package io.pitlane.gateway.stages;
