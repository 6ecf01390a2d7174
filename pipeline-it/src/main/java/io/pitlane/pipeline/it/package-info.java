/** Stages that do next to nothing, and write down that they did. */
package io.pitlane.pipeline.it;
