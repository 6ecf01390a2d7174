/** The worker of every technique service: takes jobs and trials, and hands over their outcome. */
package io.pitlane.pipeline.worker;
