/** The worker that every technique service has: jobs in, hand-overs out. */
package io.pitlane.pipeline.worker;
