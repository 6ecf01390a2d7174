/** The step cache: results of steps, for later runs that would do the same. */
package io.pitlane.pipeline.cache;
